# Completion of envctl for fish. Written by `python -m sglang_envctl.completion completions`.

function __envctl_variable_list
    printf '%s\t%s\n' \
        SGLANG_DIFFUSION_TARGET_DEVICE 'Meant to choose the device that inference runs on; has no effect' \
        SGLANG_DIFFUSION_ATTENTION_BACKEND 'Meant to override the attention backend; has no effect' \
        SGLANG_DIFFUSION_ATTENTION_CONFIG 'JSON file with the mask strategy of sliding tile attention' \
        SGLANG_DIFFUSION_STAGE_LOGGING 'Record how long each stage and denoising step of a request takes' \
        SGLANG_DIFFUSION_SERVER_DEV_MODE 'Meant to open HTTP endpoints for debugging; has no effect' \
        SGLANG_DIFFUSION_TORCH_PROFILER_DIR 'Directory that torch profiler traces are written to' \
        SGLANG_DIFFUSION_CACHE_ROOT 'Directory above the diffusion server\'s caches on disk' \
        SGLANG_DIFFUSION_CONFIG_ROOT 'Meant to say where configuration files lie; has no effect' \
        SGLANG_DIFFUSION_LOGGING_LEVEL 'Meant to set the default logging level; has no effect' \
        SGLANG_DIFFUSION_WORKER_MULTIPROC_METHOD 'Meant to choose how worker processes start; has no effect' \
        SGLANG_USE_RUNAI_MODEL_STREAMER 'Read safetensors weights with Run:ai\'s model streamer' \
        SGLANG_USE_MLX 'Use Apple\'s MLX on a Mac instead of plain PyTorch' \
        SGLANG_USE_ROCM_VAE 'Use AITER\'s GroupNorm in the VAE on AMD GPUs' \
        SGLANG_USE_ROCM_CUDNN_BENCHMARK 'Let MIOpen search for the fastest convolutions on AMD GPUs' \
        SGLANG_DIFFUSION_FLASHINFER_FP4_GEMM_BACKEND 'Choose FlashInfer\'s matrix multiplication for NVFP4 checkpoints' \
        SGLANG_CACHE_DIT_ENABLED 'Reuse results between denoising steps with Cache-DiT' \
        SGLANG_CACHE_DIT_FN 'Number of first transformer blocks that every step computes' \
        SGLANG_CACHE_DIT_BN 'Number of last transformer blocks that every step computes' \
        SGLANG_CACHE_DIT_WARMUP 'Number of first denoising steps that are computed in full' \
        SGLANG_CACHE_DIT_RDT 'Relative change of the first blocks\' output below which a step reuses results' \
        SGLANG_CACHE_DIT_MC 'Most steps in a row that may reuse results before one is computed' \
        SGLANG_CACHE_DIT_TAYLORSEER 'Forecast a reused result from past steps instead of taking the last one' \
        SGLANG_CACHE_DIT_TS_ORDER 'Order of the Taylor expansion that TaylorSeer forecasts with' \
        SGLANG_CACHE_DIT_SCM_PRESET 'Ready-made mask of the steps that are computed and the steps that may reuse' \
        SGLANG_CACHE_DIT_SCM_POLICY 'Whether the mask\'s reuse steps may still be computed, or always reuse' \
        SGLANG_CACHE_DIT_SCM_COMPUTE_BINS 'Lengths of the runs of computed steps in a step mask of one\'s own' \
        SGLANG_CACHE_DIT_SCM_CACHE_BINS 'Lengths of the runs of steps that may reuse in a step mask of one\'s own' \
        SGLANG_CACHE_DIT_SECONDARY_FN 'Number of first blocks that every step of the second transformer computes' \
        SGLANG_CACHE_DIT_SECONDARY_BN 'Number of last blocks that every step of the second transformer computes' \
        SGLANG_CACHE_DIT_SECONDARY_WARMUP 'Number of the second transformer\'s first steps that are computed in full' \
        SGLANG_CACHE_DIT_SECONDARY_RDT 'Relative change below which a step of the second transformer reuses results' \
        SGLANG_CACHE_DIT_SECONDARY_MC 'Most steps in a row of the second transformer that may reuse results' \
        SGLANG_CACHE_DIT_SECONDARY_TAYLORSEER 'Forecast the second transformer\'s reused results from its past steps' \
        SGLANG_CACHE_DIT_SECONDARY_TS_ORDER 'Order of the Taylor expansion for the second transformer\'s forecasts' \
        SGLANG_CLOUD_STORAGE_TYPE 'Upload generated images and videos to S3-compatible storage' \
        SGLANG_S3_BUCKET_NAME 'The bucket that results are uploaded to' \
        SGLANG_S3_ENDPOINT_URL 'Address of the storage service, for MinIO, OSS and others than AWS' \
        SGLANG_S3_REGION_NAME 'Region of the bucket' \
        SGLANG_S3_ACCESS_KEY_ID 'Access key for the storage service' \
        SGLANG_S3_SECRET_ACCESS_KEY 'Secret half of the access key for the storage service' \
        SGLANG_KERNEL_API_LOGLEVEL 'Log every call of a GPU kernel, and from 10 on save its tensors' \
        SGLANG_KERNEL_API_LOGDEST 'Where the log of kernel calls goes: stdout, stderr or a file' \
        SGLANG_KERNEL_API_DUMP_DIR 'Directory that the inputs and outputs of kernel calls are saved in' \
        SGLANG_KERNEL_API_DUMP_INCLUDE 'Save the tensors of these kernels only' \
        SGLANG_KERNEL_API_DUMP_EXCLUDE 'Do not save the tensors of these kernels' \
        SGLANG_FL_OOT_ENABLED 'Route SGLang\'s fused operations through the FlagOS plugin (layer 2)' \
        SGLANG_FL_PREFER 'The kind of implementation that every fused operation tries first' \
        SGLANG_FL_PER_OP 'The order of back-ends to try, operation by operation' \
        SGLANG_FL_OOT_BLACKLIST 'Fused operations that the plugin leaves alone' \
        SGLANG_FL_OOT_WHITELIST 'The only fused operations that the plugin takes over' \
        SGLANG_FL_STRICT 'Let the next back-end try when one fails: 1 allows it, against what the page says' \
        SGLANG_FL_DENY_VENDORS 'Chip makers whose implementations are never chosen' \
        SGLANG_FL_ALLOW_VENDORS 'The only chip makers whose implementations may be chosen' \
        SGLANG_FL_DISPATCH_LOG 'File that records which fused operations the plugin took over, and with what' \
        USE_FLAGGEMS 'Replace PyTorch\'s operators by FlagGems\' Triton kernels (layer 1)' \
        SGLANG_FL_FLAGOS_WHITELIST 'The only PyTorch operators that FlagGems replaces' \
        SGLANG_FL_FLAGOS_BLACKLIST 'PyTorch operators that FlagGems must not replace' \
        SGLANG_FLAGGEMS_RECORD 'Write a log of the replaced PyTorch operators as they run' \
        SGLANG_FLAGGEMS_LOG_PATH 'File for the log of replaced PyTorch operators' \
        SGLANG_FLAGGEMS_LOG_ONCE 'Log each replaced PyTorch operator once instead of at every call' \
        SGLANG_FL_DIST_BACKEND 'The library that carries data between devices' \
        FLAGCX_PATH 'Where FlagCX is built; setting it selects FlagCX for communication' \
        SGLANG_FL_CONFIG 'YAML file with the plugin\'s settings, instead of the platform\'s own file' \
        SGLANG_FL_PLATFORM 'Which of the plugin\'s platform files to load where no device is found' \
        SGLANG_FL_LOG_LEVEL 'How much the plugin\'s dispatch of fused operations logs' \
        SGLANG_PLUGINS 'The only installed plugins that SGLang loads' \
        SGLANG_EXPERT_DISTRIBUTION_RECORD_DIR 'Nothing: SGLang reads SGLANG_EXPERT_DISTRIBUTION_RECORDER_DIR instead' \
        GLOO_SOCKET_IFNAME 'Network interface that PyTorch\'s gloo process groups bind to' \
        MACA_SMALL_PAGESIZE_ENABLE 'Allocate GPU memory in smaller pages, by the page\'s guess' \
        NVSHMEM_DISABLE_CUDA_VMM 'Keep NVSHMEM from using CUDA\'s virtual memory management' \
        NVSHMEM_SYMMETRIC_SIZE 'Size of NVSHMEM\'s symmetric heap in each process' \
        TRITON_DISABLE_MACA_OPT_MMA_PREFETCH 'Switch off prefetching for matrix instructions in MetaX\'s Triton' \
        TRITON_ENABLE_ELEMENTWISE_PK_FMA_OPT 'Use packed multiply-add in elementwise kernels, by the page\'s guess' \
        TRITON_ENABLE_MACA_CHAIN_DOT_OPT 'Compile chains of dot products together, by the page\'s guess' \
        TRITON_ENABLE_MACA_COMPILER_INT8_OPT 'Vectorise 8-bit integer kernels in MetaX\'s Triton' \
        TRITON_ENABLE_MACA_OPT_MOVE_DOT_OPERANDS_OUT_LOOP 'Move operands of dot products out of loops in MetaX\'s Triton' \
        MACA_PATH 'Directory where the MACA software is installed' \
        LD_LIBRARY_PATH 'Directories searched for shared libraries before the system\'s own' \
        PATH 'Directories searched for commands' \
        RUSTUP_DIST_SERVER 'Server that rustup downloads Rust toolchains from' \
        RUSTUP_UPDATE_ROOT 'Address that rustup downloads its own updates from' \
        PYTHONPATH 'Directories that Python searches for modules before installed packages' \
        ETCD_ENDPOINTS 'Addresses of the etcd servers that NVIDIA Dynamo registers with' \
        NATS_SERVER 'Address of the NATS server that NVIDIA Dynamo sends its messages through' \
        DYN_LOG 'How much NVIDIA Dynamo logs, in all or by module' \
        PYTORCH_ENABLE_PG_HIGH_PRIORITY_STREAM 'Run communication between GPUs on high-priority streams' \
        MACA_DIRECT_DISPATCH 'Send work to the GPU with fewer steps between, by the page\'s guess' \
        MACA_GRAPH_LAUNCH_QUEUE_POLICY 'Policy number for the queues that launch a captured graph' \
        MCDBG_GRAPH_LAUNCH_QUEUE_POLICY 'Second name of the policy number for the queues of a captured graph' \
        FUSED_RMSNORM_QUANT 'Join RMS normalisation and quantisation in one kernel, by the page\'s guess' \
        TORCHDYNAMO_DISABLE 'Run what torch.compile would compile as plain Python'
end

function __envctl_rule_list
    printf '%s\t%s\n' \
        unreadable 'A source that could not be read' \
        unparsed-line 'A line that is no assignment and no comment' \
        no-value 'A name without = and without a value' \
        duplicate-name 'One name assigned twice in a file' \
        byte-order-mark 'The file starts with a byte order mark' \
        carriage-returns 'Lines end in CRLF, as on Windows' \
        nul-character 'The file holds a NUL character' \
        not-utf8 'The file is not UTF-8' \
        invisible-character 'An invisible or non-breaking character in a name or value' \
        quotes-kept 'The value itself begins and ends with quotes' \
        surrounding-blanks 'The value begins or ends with a blank that its reader keeps' \
        inline-comment 'A comment behind a value' \
        undefined-reference '${NAME} of a name that is not defined' \
        too-long 'A line or value that no program can be started with' \
        blank-run 'A line with hundreds of blanks in a row, which was not read' \
        broken-secret 'A private key without quotes around its lines' \
        merge-marker 'A merge that nobody has resolved' \
        unknown-suppression 'A comment that silences a rule that does not exist' \
        not-a-string 'A value that YAML takes for a number, a boolean or worse' \
        refused 'A file that Compose or Kubernetes refuses for its environment' \
        colon-in-list 'NAME: value as an entry of a list' \
        dollar-eaten 'A $ in a value that is lost on the way' \
        needs-shell 'A reference that only the shell that runs Compose can fill' \
        unexpanded-reference '$(NAME) of a name that is not set before it' \
        service-link 'A Service whose name makes Kubernetes set a variable that SGLang reads' \
        inline-credential 'A credential that stands in the file in clear' \
        shadowed 'An assignment that another place of the same source replaces' \
        role-drift 'A variable that differs between the leader and the workers of one engine' \
        missing-file 'An env_file that cannot be read' \
        outside-service-section 'A line about the environment outside [Service]' \
        section-header 'The header of a section is not closed' \
        dropped-word 'A word of Environment= that is no assignment' \
        unit-syntax 'Quotes or an escape that systemd cannot read' \
        unknown-specifier 'A % in front of a letter that systemd does not know' \
        relative-environment-file 'EnvironmentFile= with a path that is not absolute' \
        environment-file-unread 'A file of EnvironmentFile= that could not be read here' \
        build-fails 'An instruction that docker build refuses' \
        env-with-blanks 'ENV NAME = value makes = a part of the value' \
        argument-out-of-scope 'ENV takes an ARG that stands in front of FROM' \
        plugin-fails-to-load 'A value at which the FlagOS plugin raises while SGLang loads it' \
        crashes 'A value that makes the running code raise' \
        misread 'A value that its reader takes for something its author can hardly mean' \
        defaulted 'A value that is warned about and replaced by the default' \
        invalid-value 'A value of the wrong type, or none of the documented ones' \
        out-of-bounds 'A number outside the range that can work' \
        relative-path 'A path that depends on where the server is started' \
        empty-value 'An empty value where empty is not the same as unset' \
        placeholder 'A placeholder of a template that was never filled in' \
        documented-otherwise 'A documented value that does something else than its page says' \
        readers-disagree 'Two places of one release read the same text differently' \
        unknown-variable 'A name that nothing reads, and that looks like one that is read' \
        not-read 'A name that is documented, or was once read, and that this release does not read' \
        undocumented 'A name that the release reads and no page documents' \
        renamed 'An old name, whose text SGLang still takes' \
        legacy-overrides 'An old name that takes the place of the present one, which is also set' \
        conflict 'Two variables that must not be set together' \
        missing-companion 'A variable that does not work without another' \
        no-effect 'A setting that another setting, or its absence, makes pointless' \
        incomplete-pair 'One of two variables that are set together as a rule'
end

function __envctl_section_list
    printf '%s\t%s\n' \
        diffusion-runtime 'Diffusion: runtime' \
        apple-mps 'Diffusion: Apple MPS' \
        rocm 'Diffusion: ROCm' \
        quantization 'Diffusion: quantization' \
        cache-dit 'Diffusion: Cache-DiT' \
        cache-dit-secondary 'Diffusion: Cache-DiT, secondary transformer' \
        cloud-storage 'Diffusion: cloud storage' \
        crash-debugging 'Diffusion: crash debugging' \
        flagos-fused-ops 'FlagOS layer 2: fused operations' \
        flagos-aten 'FlagOS layer 1: ATen replacement' \
        flagos-distributed 'FlagOS layer 3: communication' \
        flagos-system 'FlagOS: system and debugging' \
        maca 'MetaX MACA container' \
        other 'Names that nothing documents'
end

function __envctl_owner_list
    printf '%s\t%s\n' \
        sglang-diffusion '' \
        sglang '' \
        sglang_fl '' \
        torch '' \
        maca '' \
        nvshmem '' \
        os '' \
        rustup '' \
        dynamo ''
end

function __envctl_release_list
    printf '%s\t%s\n' \
        0.5.23 '' \
        0.5.22 '' \
        0.5.21 '' \
        0.5.20 '' \
        0.5.19 '' \
        0.5.18 '' \
        0.5.17 '' \
        0.5.16 '' \
        0.5.15.post1 '' \
        0.5.15 '' \
        0.5.14 '' \
        0.5.13.post1 '' \
        0.5.13 '' \
        0.5.12.post1 '' \
        0.5.12 '' \
        0.5.11 '' \
        0.5.10.post1 '' \
        0.5.10 '' \
        0.5.9 '' \
        0.5.8.post1 '' \
        0.5.8 '' \
        0.5.7 '' \
        0.5.6.post2 '' \
        0.5.6.post1 '' \
        0.5.6 '' \
        0.5.5.post3 '' \
        0.5.5.post2 '' \
        0.5.5.post1 '' \
        0.5.5 ''
end

function __envctl_command_list
    printf '%s\t%s\n' \
        show 'Show the effective environment, and where each value comes from' \
        explain 'Explain one variable, or one rule of the check' \
        check 'Check that every value means what its author thinks' \
        diff 'Show what differs between environments, by meaning' \
        export 'Write the environment as a launcher reads it, secrets included' \
        audit 'List every environment variable that Python code reads' \
        validate 'The same as check'
end

function __envctl_source
    printf '%s\t%s\n' \
        process 'The environment of this shell' \
        sglang 'The SGLang servers that run here'
end

function __envctl_side
    printf '%s\t%s\n' \
        process 'The environment of this shell' \
        sglang 'The SGLang servers that run here' \
        defaults 'Nothing set' \
        release:0.5.23 'Nothing set, as it takes it' \
        release:0.5.22 'Nothing set, as it takes it' \
        release:0.5.21 'Nothing set, as it takes it' \
        release:0.5.20 'Nothing set, as it takes it' \
        release:0.5.19 'Nothing set, as it takes it' \
        release:0.5.18 'Nothing set, as it takes it' \
        release:0.5.17 'Nothing set, as it takes it' \
        release:0.5.16 'Nothing set, as it takes it' \
        release:0.5.15.post1 'Nothing set, as it takes it' \
        release:0.5.15 'Nothing set, as it takes it' \
        release:0.5.14 'Nothing set, as it takes it' \
        release:0.5.13.post1 'Nothing set, as it takes it' \
        release:0.5.13 'Nothing set, as it takes it' \
        release:0.5.12.post1 'Nothing set, as it takes it' \
        release:0.5.12 'Nothing set, as it takes it' \
        release:0.5.11 'Nothing set, as it takes it' \
        release:0.5.10.post1 'Nothing set, as it takes it' \
        release:0.5.10 'Nothing set, as it takes it' \
        release:0.5.9 'Nothing set, as it takes it' \
        release:0.5.8.post1 'Nothing set, as it takes it' \
        release:0.5.8 'Nothing set, as it takes it' \
        release:0.5.7 'Nothing set, as it takes it' \
        release:0.5.6.post2 'Nothing set, as it takes it' \
        release:0.5.6.post1 'Nothing set, as it takes it' \
        release:0.5.6 'Nothing set, as it takes it' \
        release:0.5.5.post3 'Nothing set, as it takes it' \
        release:0.5.5.post2 'Nothing set, as it takes it' \
        release:0.5.5.post1 'Nothing set, as it takes it' \
        release:0.5.5 'Nothing set, as it takes it'
end

# Whether the command is one of these; without any: whether no command was given yet.
function __envctl_in
    set -l given (commandline -opc)
    set -e given[1]
    for word in $given
        if not string match -q -- '-*' $word
            contains -- $word $argv
            return
        end
    end
    test (count $argv) -eq 0
end

# Words after those that were given before a comma, each once.
function __envctl_more
    set -l token (commandline -ct | string replace -r -- '^--[^=]*=' '')
    set -l given (string replace -r -- '[^,]*$' '' "$token")
    for word in ($argv[1])
        set -l text (string split -m 1 -- \t $word)[1]
        if not string match -q -- "*,$text,*" ",$given"
            printf '%s\n' $given$word
        end
    end
end

complete -c envctl -f
complete -c envctl -n __envctl_in -k -a '(__envctl_command_list)'
complete -c envctl -n __envctl_in -l version -d 'Print the version and exit'
complete -c envctl -n __envctl_in -l help -s h -d 'Show this message and exit'
complete -c envctl -n '__envctl_in show explain check validate diff export' -l env -s e -r -F -k -a '(__envctl_source)' -d 'A layer of the environment: a file, -, process or pid:N. Repeatable, the later wins'
complete -c envctl -n '__envctl_in show explain check validate diff export' -l inherit -d 'Put the environment of this shell underneath'
complete -c envctl -n '__envctl_in show' -l set -d 'Only what is set'
complete -c envctl -n '__envctl_in show export' -l section -r -f -k -a '(__envctl_section_list)' -d 'Only this section. Repeatable'
complete -c envctl -n '__envctl_in show' -l owner -r -f -k -a '(__envctl_owner_list)' -d 'Only what this software reads. Repeatable'
complete -c envctl -n '__envctl_in show' -l search -r -f -d 'Only what speaks of WORD. Repeatable: of all of them'
complete -c envctl -n '__envctl_in show' -l all -d 'All variables, also at a terminal'
complete -c envctl -n '__envctl_in show' -l format -r -f -k -a 'table json csv markdown' -d 'How to print them; table is plain lines in a pipe'
complete -c envctl -n '__envctl_in show explain check validate diff export' -l sglang -r -f -k -a '(__envctl_release_list)' -d 'The SGLang release to judge by. Without it: the installed one, else the newest known'
complete -c envctl -n '__envctl_in show explain check validate diff export audit' -l registry -r -F -d 'A TOML file that declares more variables. Repeatable'
complete -c envctl -n '__envctl_in show explain diff' -l show-secrets -d 'Print secrets as they are'
complete -c envctl -n '__envctl_in show explain check validate diff export audit' -l quiet -s q -d 'No summary on standard error, only what goes wrong'
complete -c envctl -n '__envctl_in show explain check validate diff export audit' -l help -s h -d 'Show this message and exit'
complete -c envctl -n '__envctl_in explain' -l rules -d 'List the rules of envctl check'
complete -c envctl -n '__envctl_in explain' -l format -r -f -k -a 'text json' -d 'How to print the page'
complete -c envctl -n '__envctl_in check validate' -l select -r -f -k -a '(__envctl_more __envctl_rule_list)' -d 'Only these rules. Repeatable, or a,b'
complete -c envctl -n '__envctl_in check validate' -l ignore -r -f -k -a '(__envctl_more __envctl_rule_list)' -d 'Leave these rules out. Repeatable, or a,b'
complete -c envctl -n '__envctl_in check validate' -l strict -d 'Exit 1 for any finding, not for errors only'
complete -c envctl -n '__envctl_in check validate' -l format -r -f -k -a 'text json' -d 'How to print the findings'
complete -c envctl -n '__envctl_in diff' -l raw -d 'Compare texts: 1 and true then differ'
complete -c envctl -n '__envctl_in diff' -l format -r -f -k -a 'text json' -d 'How to print the differences'
complete -c envctl -n '__envctl_in export' -l format -r -f -k -a 'dotenv shell fish powershell docker docker-args compose systemd kubernetes github slurm json yaml template' -d 'What the launcher reads'
complete -c envctl -n '__envctl_in export' -l name -r -f -d 'The ConfigMap, Secret or Compose service to write'
complete -c envctl -n '__envctl_in export' -l output -s o -r -F -d 'Write to FILE, readable only by you'
complete -c envctl -n '__envctl_in export' -l all -d 'Put in the defaults of variables that are not set'
complete -c envctl -n '__envctl_in export' -l no-check -d 'Export even if the check finds errors'
complete -c envctl -n '__envctl_in audit' -l only -r -f -k -a 'undocumented unread differing' -d 'Only the names on which documents and code part so'
complete -c envctl -n '__envctl_in audit' -l strict -d 'Exit 1 if documents and code part on a listed name'
complete -c envctl -n '__envctl_in audit' -l format -r -f -k -a 'text json' -d 'How to print what was found'
complete -c envctl -n '__envctl_in show' -f -k -a '(__envctl_variable_list)'
complete -c envctl -n '__envctl_in explain' -f -k -a '(__envctl_variable_list) (__envctl_rule_list)'
complete -c envctl -n '__envctl_in check validate' -F -k -a '(__envctl_source)'
complete -c envctl -n '__envctl_in diff' -F -k -a '(__envctl_side)'
complete -c envctl -n '__envctl_in export' -f -k -a '(__envctl_variable_list)'
complete -c envctl -n '__envctl_in audit' -F
complete -c envctl -n '__envctl_in audit' -f -k -a '(__envctl_variable_list)'
