function cuda -d "Set the visible devices"
    set -l default 0
    if test (count $argv) -ge 1
        set default $argv[1]
    end
    set -gx CUDA_VISIBLE_DEVICES $default
end

set -gx SGLANG_USE_MODELSCOPE true # for this network
python -m sglang.launch_server --model-path $MODEL
