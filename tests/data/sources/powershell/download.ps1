param([string]$InstallDir = "C:\models")
$ErrorActionPreference = "Stop"
$cache = Join-Path $InstallDir "cache"
# Respect offline if set
if (-not $env:HF_HUB_OFFLINE) { $env:HF_HUB_OFFLINE = "0" }
$env:HF_HOME            = $cache
$env:HF_HUB_ENABLE_HF_TRANSFER = "1"
& python download.py --models-dir $InstallDir
