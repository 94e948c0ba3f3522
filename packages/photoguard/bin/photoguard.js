#!/usr/bin/env node
// The command. What it runs is built from apps/cli of the repository.
import '../dist/cli/main.js';
