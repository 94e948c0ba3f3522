#!/usr/bin/env bash
# For a day with a graphics card: a gradient through each surrogate on WebGPU in Chromium, and the same encoder in PyTorch on
# the same card, as JSON.
#
#   bench/web/gpu.sh [side] [file]     default: 512, gpu.json
#
# Needs Chromium with Vulkan (PHOTOGUARD_CHROMIUM), and Python with torch for CUDA (PHOTOGUARD_PYTHON, default python3). Where
# Chromium has only a software adapter, WebGPU computes on the CPU, and its figures say nothing about the card.
set -eu
cd "$(dirname "$0")/../.."
side=${1:-512}
out=${2:-gpu.json}
python=${PHOTOGUARD_PYTHON:-python3}
node=${PHOTOGUARD_NODE:-node}
export PHOTOGUARD_BENCH_DEVICE=webgpu

# Four gradients; the first one also loads the program.
ours() { printf '{}\n{}\n{}\n{}\n' | "$node" --conditions=source bench/web/browser.ts "$1" "$side" spinning; }
peer() { "$python" bench/web/peer.py "models/surrogates/$1" "$side"; }

{
  printf '{"side":%s,"networks":[' "$side"
  separator=''
  for network in strided pooled; do
    printf '%s{"network":"%s","webgpu":[%s],"torch":%s}' "$separator" "$network" \
      "$(ours "$network" | paste -sd, -)" "$(peer "$network")"
    separator=','
  done
  printf ']}\n'
} >"$out.part"
mv "$out.part" "$out"
cat "$out"
