$Drive = "E:"
$ModelsDir = "$Drive\models"
$env:HF_HOME = "$ModelsDir\.hf_cache"
$env:HF_HUB_DISABLE_TELEMETRY = '1'
function Write-Log {
    param([string]$Message)
    "$(Get-Date)  $Message" | Out-File -FilePath "$Drive\log.txt" -Append
}
[Environment]::SetEnvironmentVariable("HF_HUB_ENABLE_HF_TRANSFER", "0", "Process")
