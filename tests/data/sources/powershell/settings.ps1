<#
.SYNOPSIS
    Starts the server.  $env:NOT_SET = "1"
#>
. "$PSScriptRoot/common.ps1"
$env:SGLANG_LOG_MS = $true; $env:CUDA_VISIBLE_DEVICES = 0
Get-Content .env | ForEach-Object {
    $name, $value = $_ -split "=", 2
    [Environment]::SetEnvironmentVariable($name, $value)
}
Remove-Item Env:HTTP_PROXY -ErrorAction SilentlyContinue
