# Completion of envctl for fish: the installed envctl prints the script.
if command -q envctl
    command envctl completion fish | source
end
