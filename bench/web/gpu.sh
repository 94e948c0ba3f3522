#!/usr/bin/env bash
# For a day with a graphics card: a gradient through each surrogate on WebGPU in Chromium, and the same encoder in PyTorch on
# the same card, as JSON.
#
#   bench/web/gpu.sh [side] [file]     default: 512, gpu.json
#
# Needs Chromium with Vulkan (PHOTOGUARD_CHROMIUM), and Python with torch and safetensors (PHOTOGUARD_PYTHON, default python3).
# PHOTOGUARD_BENCH_DEVICE=webgpu-software tries it out without a card: both sides then compute on the CPU, and say so.
set -euo pipefail
cd "$(dirname "$0")/../.."
side=${1:-512}
out=${2:-gpu.json}
python=${PHOTOGUARD_PYTHON:-python3}
node=${PHOTOGUARD_NODE:-node}
export PHOTOGUARD_BENCH_DEVICE=${PHOTOGUARD_BENCH_DEVICE:-webgpu}
export CI=true # or the server of the page ends the program with its standard input
trap 'rm -f "$out.part"' EXIT

# Four gradients; the first one also loads the program.
ours() { printf '{}\n{}\n{}\n{}\n' | "$node" --conditions=source bench/web/browser.ts "$1" "$side" spinning; }
peer() { "$python" bench/web/peer.py "models/surrogates/$1" "$side"; }

networks=''
for network in strided pooled; do
  webgpu=$(ours "$network" | paste -sd, -)
  [ -n "$webgpu" ] || { echo "gpu.sh: no gradient of $network came back" >&2; exit 1; }
  torch=$(peer "$network")
  networks+="${networks:+,}{\"network\":\"$network\",\"webgpu\":[$webgpu],\"torch\":$torch}"
done
printf '{"side":%s,"networks":[%s]}\n' "$side" "$networks" >"$out.part"
mv "$out.part" "$out"
cat "$out"
