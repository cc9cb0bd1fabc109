# Completion of envctl for bash 4.2 and newer. Written by `python -m sglang_envctl.devtools.completion completions`.
# shellcheck shell=bash

_envctl_variable_list() {
    words+=(
        SGLANG_DIFFUSION_TARGET_DEVICE
        SGLANG_DIFFUSION_ATTENTION_BACKEND
        SGLANG_DIFFUSION_ATTENTION_CONFIG
        SGLANG_DIFFUSION_STAGE_LOGGING
        SGLANG_DIFFUSION_SERVER_DEV_MODE
        SGLANG_DIFFUSION_TORCH_PROFILER_DIR
        SGLANG_DIFFUSION_CACHE_ROOT
        SGLANG_DIFFUSION_CONFIG_ROOT
        SGLANG_DIFFUSION_LOGGING_LEVEL
        SGLANG_DIFFUSION_WORKER_MULTIPROC_METHOD
        SGLANG_USE_RUNAI_MODEL_STREAMER
        SGLANG_USE_MLX
        SGLANG_USE_ROCM_VAE
        SGLANG_USE_ROCM_CUDNN_BENCHMARK
        SGLANG_DIFFUSION_FLASHINFER_FP4_GEMM_BACKEND
        SGLANG_CACHE_DIT_ENABLED
        SGLANG_CACHE_DIT_FN
        SGLANG_CACHE_DIT_BN
        SGLANG_CACHE_DIT_WARMUP
        SGLANG_CACHE_DIT_RDT
        SGLANG_CACHE_DIT_MC
        SGLANG_CACHE_DIT_TAYLORSEER
        SGLANG_CACHE_DIT_TS_ORDER
        SGLANG_CACHE_DIT_SCM_PRESET
        SGLANG_CACHE_DIT_SCM_POLICY
        SGLANG_CACHE_DIT_SCM_COMPUTE_BINS
        SGLANG_CACHE_DIT_SCM_CACHE_BINS
        SGLANG_CACHE_DIT_SECONDARY_FN
        SGLANG_CACHE_DIT_SECONDARY_BN
        SGLANG_CACHE_DIT_SECONDARY_WARMUP
        SGLANG_CACHE_DIT_SECONDARY_RDT
        SGLANG_CACHE_DIT_SECONDARY_MC
        SGLANG_CACHE_DIT_SECONDARY_TAYLORSEER
        SGLANG_CACHE_DIT_SECONDARY_TS_ORDER
        SGLANG_CLOUD_STORAGE_TYPE
        SGLANG_S3_BUCKET_NAME
        SGLANG_S3_ENDPOINT_URL
        SGLANG_S3_REGION_NAME
        SGLANG_S3_ACCESS_KEY_ID
        SGLANG_S3_SECRET_ACCESS_KEY
        SGLANG_KERNEL_API_LOGLEVEL
        SGLANG_KERNEL_API_LOGDEST
        SGLANG_KERNEL_API_DUMP_DIR
        SGLANG_KERNEL_API_DUMP_INCLUDE
        SGLANG_KERNEL_API_DUMP_EXCLUDE
        SGLANG_FL_OOT_ENABLED
        SGLANG_FL_PREFER
        SGLANG_FL_PER_OP
        SGLANG_FL_OOT_BLACKLIST
        SGLANG_FL_OOT_WHITELIST
        SGLANG_FL_STRICT
        SGLANG_FL_DENY_VENDORS
        SGLANG_FL_ALLOW_VENDORS
        SGLANG_FL_DISPATCH_LOG
        USE_FLAGGEMS
        SGLANG_FL_FLAGOS_WHITELIST
        SGLANG_FL_FLAGOS_BLACKLIST
        SGLANG_FLAGGEMS_RECORD
        SGLANG_FLAGGEMS_LOG_PATH
        SGLANG_FLAGGEMS_LOG_ONCE
        SGLANG_FL_DIST_BACKEND
        FLAGCX_PATH
        SGLANG_FL_CONFIG
        SGLANG_FL_PLATFORM
        SGLANG_FL_LOG_LEVEL
        SGLANG_PLUGINS
        SGLANG_EXPERT_DISTRIBUTION_RECORD_DIR
        GLOO_SOCKET_IFNAME
        MACA_SMALL_PAGESIZE_ENABLE
        NVSHMEM_DISABLE_CUDA_VMM
        NVSHMEM_SYMMETRIC_SIZE
        TRITON_DISABLE_MACA_OPT_MMA_PREFETCH
        TRITON_ENABLE_ELEMENTWISE_PK_FMA_OPT
        TRITON_ENABLE_MACA_CHAIN_DOT_OPT
        TRITON_ENABLE_MACA_COMPILER_INT8_OPT
        TRITON_ENABLE_MACA_OPT_MOVE_DOT_OPERANDS_OUT_LOOP
        MACA_PATH
        LD_LIBRARY_PATH
        PATH
        RUSTUP_DIST_SERVER
        RUSTUP_UPDATE_ROOT
        PYTHONPATH
        ETCD_ENDPOINTS
        NATS_SERVER
        DYN_LOG
        PYTORCH_ENABLE_PG_HIGH_PRIORITY_STREAM
        MACA_DIRECT_DISPATCH
        MACA_GRAPH_LAUNCH_QUEUE_POLICY
        MCDBG_GRAPH_LAUNCH_QUEUE_POLICY
        FUSED_RMSNORM_QUANT
        TORCHDYNAMO_DISABLE
        SGLANG_USE_MODELSCOPE
        SGLANG_HOST_IP
        SGLANG_PORT
        SGLANG_LOGGING_CONFIG_PATH
        SGLANG_LOG_REQUEST_HEADERS
        SGLANG_HEALTH_CHECK_TIMEOUT
        SGLANG_EPLB_HEATMAP_COLLECTION_INTERVAL
        SGLANG_FORWARD_UNKNOWN_TOOLS
        SGLANG_REQ_WAITING_TIMEOUT
        SGLANG_REQ_RUNNING_TIMEOUT
        SGLANG_CACHE_DIR
        SGLANG_PREFETCH_BLOCK_SIZE_MB
        SGLANG_ENABLE_TORCH_INFERENCE_MODE
        SGLANG_ENABLE_TORCH_COMPILE
        SGLANG_SET_CPU_AFFINITY
        SGLANG_ALLOW_OVERWRITE_LONGER_CONTEXT_LEN
        SGLANG_DISABLE_CONSECUTIVE_PREFILL_OVERLAP
        SGLANG_SCHEDULER_MAX_RECV_PER_POLL
        SGLANG_DATA_PARALLEL_BUDGET_INTERVAL
        SGLANG_SCHEDULER_RECV_SKIPPER_WEIGHT_DEFAULT
        SGLANG_SCHEDULER_RECV_SKIPPER_WEIGHT_DECODE
        SGLANG_SCHEDULER_RECV_SKIPPER_WEIGHT_TARGET_VERIFY
        SGLANG_SCHEDULER_RECV_SKIPPER_WEIGHT_NONE
        SGLANG_MM_BUFFER_SIZE_MB
        SGLANG_MM_PRECOMPUTE_HASH
        SGLANG_IS_FLASHINFER_AVAILABLE
        SGLANG_FLASHINFER_AUTOTUNE_CACHE
        SGLANG_SKIP_P2P_CHECK
        SGLANG_CHUNKED_PREFIX_CACHE_THRESHOLD
        SGLANG_MAX_KV_CHUNK_CAPACITY
        SGLANG_FUSED_MLA_ENABLE_ROPE_FUSION
        SGLANG_DISABLE_FA4_WARMUP
        SGLANG_NCCL_ALL_GATHER_IN_OVERLAP_SCHEDULER_SYNC_BATCH
        SGLANG_SYMM_MEM_PREALLOC_GB_SIZE
        SGLANG_CUSTOM_ALLREDUCE_ALGO
        SGLANG_SKIP_SOFTMAX_PREFILL_THRESHOLD_SCALE_FACTOR
        SGLANG_SKIP_SOFTMAX_DECODE_THRESHOLD_SCALE_FACTOR
        SGLANG_USE_SGL_FA3_KERNEL
        SGLANG_ENABLE_JIT_DEEPGEMM
        SGLANG_JIT_DEEPGEMM_PRECOMPILE
        SGLANG_JIT_DEEPGEMM_COMPILE_WORKERS
        SGLANG_IN_DEEPGEMM_PRECOMPILE_STAGE
        SGLANG_DG_CACHE_DIR
        SGLANG_DG_USE_NVRTC
        SGLANG_USE_DEEPGEMM_BMM
        SGLANG_JIT_DEEPGEMM_FAST_WARMUP
        SGLANG_DEEPEP_NUM_MAX_DISPATCH_TOKENS_PER_RANK
        SGLANG_FLASHINFER_NUM_MAX_DISPATCH_TOKENS_PER_RANK
        SGLANG_DEEPEP_LL_COMBINE_SEND_NUM_SMS
        SGLANG_BLACKWELL_OVERLAP_SHARED_EXPERTS_OUTSIDE_SBO
        SGLANG_FUSED_GROUPED_GEMM_COMBINE_FP32
        SGLANG_MORI_DISPATCH_DTYPE
        SGLANG_MORI_FP8_COMB
        SGLANG_MORI_NUM_MAX_DISPATCH_TOKENS_PER_RANK
        SGLANG_MORI_DISPATCH_INTER_KERNEL_SWITCH_THRESHOLD
        SGLANG_MORI_PREALLOC_MAX_RECV_TOKENS
        SGLANG_MORI_MOE_MAX_INPUT_TOKENS
        SGLANG_MORI_QP_PER_TRANSFER
        SGLANG_MORI_POST_BATCH_SIZE
        SGLANG_MORI_NUM_WORKERS
        SGLANG_DSA_FUSE_TOPK
        SGLANG_DSA_TOPK_FLASHINFER_DETERMINISTIC
        SGLANG_DSA_TOPK_FLASHINFER_TIE_BREAK
        SGLANG_DSA_ENABLE_MTP_PRECOMPUTE_METADATA
        SGLANG_USE_FUSED_METADATA_COPY
        SGLANG_DSA_PREFILL_DENSE_ATTN_KV_LEN_THRESHOLD
        SGLANG_DSA_TOPK_BROADCAST
        SGLANG_NSA_FUSE_TOPK
        SGLANG_NSA_ENABLE_MTP_PRECOMPUTE_METADATA
        SGLANG_NSA_PREFILL_DENSE_ATTN_KV_LEN_THRESHOLD
        SGLANG_DEBUG_MEMORY_POOL
        SGLANG_CLIP_MAX_NEW_TOKENS_ESTIMATION
        SGLANG_DETOKENIZER_MAX_STATES
        SGLANG_ENABLE_TP_MEMORY_INBALANCE_CHECK
        SGLANG_MOONCAKE_CUSTOM_MEM_POOL
        SGLANG_USE_AITER
        SGLANG_ROCM_USE_MULTI_STREAM
        SGLANG_MOE_PADDING
        SGLANG_CUTLASS_MOE
        SGLANG_INT4_WEIGHT
        SGLANG_FORCE_FP8_MARLIN
        SGLANG_NVFP4_CKPT_FP8_GEMM_IN_ATTN
        SGLANG_MOE_NVFP4_DISPATCH
        SGLANG_FLASHINFER_NVFP4_PER_TOKEN_ACTIVATION
        FLASHINFER_NVFP4_4OVER6
        FLASHINFER_NVFP4_4OVER6_E4M3_USE_256
        SGLANG_NVFP4_CKPT_FP8_NEXTN_MOE
        SGLANG_QUANT_ALLOW_DOWNCASTING
        SGLANG_FP8_IGNORED_LAYERS
        SGLANG_BLOCK_NONZERO_RANK_CHILDREN
        SGLANG_IS_FIRST_RANK_ON_NODE
        SGLANG_PP_LAYER_PARTITION
        SGLANG_ONE_VISIBLE_DEVICE_PER_PROCESS
        SGLANG_RAY_BUNDLE_INDICES
        SGLANG_TOOL_STRICT_LEVEL
        SGLANG_DISAGG_STAGING_BUFFER
        SGLANG_DISAGG_STAGING_BUFFER_SIZE_MB
        SGLANG_DISAGG_STAGING_POOL_SIZE_MB
        SGLANG_STAGING_USE_TORCH
        SGLANG_DISAGGREGATION_THREAD_POOL_SIZE
        SGLANG_DISAGGREGATION_QUEUE_SIZE
        SGLANG_DISAGGREGATION_BOOTSTRAP_TIMEOUT
        SGLANG_DISAGGREGATION_BOOTSTRAP_ENTRY_CLEANUP_INTERVAL
        SGLANG_DISAGGREGATION_HEARTBEAT_INTERVAL
        SGLANG_DISAGGREGATION_HEARTBEAT_MAX_FAILURE
        SGLANG_DISAGGREGATION_WAITING_TIMEOUT
        MC_FORCE_MNNVL
        SGLANG_DISAGGREGATION_NIXL_BACKEND
        ENABLE_ASCEND_TRANSFER_WITH_MOONCAKE
        ASCEND_NPU_PHY_ID
        SGLANG_TORCH_PROFILER_DIR
        SGLANG_PROFILE_WITH_STACK
        SGLANG_PROFILE_RECORD_SHAPES
        SGLANG_OTLP_EXPORTER_SCHEDULE_DELAY_MILLIS
        SGLANG_OTLP_EXPORTER_MAX_EXPORT_BATCH_SIZE
        OTEL_EXPORTER_OTLP_TRACES_PROTOCOL
        SGLANG_TRACE_LEVEL
        SGLANG_WAIT_WEIGHTS_READY_TIMEOUT
        SGLANG_DISABLE_OUTLINES_DISK_CACHE
        SGLANG_USE_CUSTOM_TRITON_KERNEL_CACHE
        SGLANG_HICACHE_DECODE_OFFLOAD_STRIDE
        SGLANG_HICACHE_NIXL_USE_DIRECT_IO
        SGLANG_HUGEPAGE_SIZE
        SGLANG_IS_IN_CI
        SGLANG_IS_IN_CI_AMD
        SGLANG_TEST_RETRACT
        SGLANG_TEST_RETRACT_NO_PREFILL_BS
        SGLANG_RECORD_STEP_TIME
        SGLANG_TEST_REQUEST_TIME_STATS
        SGLANG_DEBUG_SYMM_MEM
        SGLANG_ENABLE_STRICT_MEM_CHECK_DURING_IDLE
        SGLANG_RAGGED_VERIFY_MODE
        SGLANG_PREP_IN_CUDA_GRAPH
        SGLANG_DSPARK_ENABLE_SPS_RECORD
        SGLANG_NGRAM_FORCE_GREEDY_VERIFY
        SGLANG_NPU_USE_MLAPO
        SGLANG_USE_FIA_NZ
        SGLANG_NPU_USE_MULTI_STREAM
        SGLANG_NPU_DISABLE_ACL_FORMAT_WEIGHT
        SGLANG_SCHEDULER_SKIP_ALL_GATHER
        SGLANG_ENABLE_OVERLAP_PLAN_STREAM
        SGLANG_USE_AG_AFTER_QLORA
        DEEPEP_NORMAL_LONG_SEQ_PER_ROUND_TOKENS
        DEEPEP_NORMAL_LONG_SEQ_ROUND
        DEEPEP_NORMAL_COMBINE_ENABLE_LONG_SEQ
        MOE_ENABLE_TOPK_NEG_ONE
        DEEP_NORMAL_MODE_USE_INT8_QUANT
        TASK_QUEUE_ENABLE
        INF_NAN_MODE_ENABLE
        STREAMS_PER_DEVICE
        PYTORCH_NPU_ALLOC_CONF
        ASCEND_MF_STORE_URL
        ASCEND_LAUNCH_BLOCKING
        HCCL_OP_EXPANSION_MODE
        HCCL_BUFFSIZE
        HCCL_SOCKET_IFNAME
        SGLANG_PLATFORM
        SGLANG_USE_CPU_ENGINE
        SGLANG_CPU_OMP_THREADS_BIND
        SGLANG_MLX_USE_CUSTOM_ROPE
        SGLANG_MLX_FUSE_SWIGLU
        SGLANG_MLX_CLEAR_CACHE_STEPS
        SGLANG_HICACHE_L3_STAGING_RESERVE_RATIO
        MOONCAKE_TE_META_DATA_SERVER
        MOONCAKE_GLOBAL_SEGMENT_SIZE
        MOONCAKE_PROTOCOL
        MOONCAKE_DEVICE
        MOONCAKE_MASTER
        SGLANG_ENCODER_MM_RECEIVER_MODE
        AWS_ENDPOINT_URL
        AWS_ACCESS_KEY_ID
        AWS_SECRET_ACCESS_KEY
        AWS_EC2_METADATA_DISABLED
        SGLANG_DIFFUSION_BATCH_MEMORY_CACHE
        SGLANG_VIT_ENABLE_CUDA_GRAPH
        TORCHINDUCTOR_CACHE_DIR
        NCCL_IB_GID_INDEX
        NCCL_SOCKET_IFNAME
        NCCL_SOCKET_FAMILY
        NCCL_IB_HCA
        NCCL_IB_DISABLE
        NCCL_IB_TIMEOUT
        NCCL_IB_RETRY_CNT
        NCCL_IB_TC
        NCCL_IB_SL
        NCCL_IB_QPS_PER_CONNECTION
        NCCL_NET_GDR_LEVEL
        NCCL_P2P_DISABLE
        NCCL_P2P_LEVEL
        NCCL_SHM_DISABLE
        NCCL_CROSS_NIC
        NCCL_NET_PLUGIN
        NCCL_DEBUG
        NCCL_DEBUG_SUBSYS
        NCCL_DEBUG_FILE
        NCCL_CUMEM_ENABLE
        NCCL_NVLS_ENABLE
        NCCL_MNNVL_ENABLE
        NCCL_GRAPH_MIXING_SUPPORT
        NCCL_GRAPH_REGISTER
        NCCL_ALGO
        NCCL_PROTO
        NCCL_MIN_NCHANNELS
        NCCL_MAX_NCHANNELS
        NVSHMEM_BOOTSTRAP_UID_SOCK_IFNAME
        NVSHMEM_REMOTE_TRANSPORT
        NVSHMEM_IB_ENABLE_IBGDA
        NVSHMEM_DISABLE_LOCAL_ONLY_PROXY
        NVSHMEM_ENABLE_NIC_PE_MAPPING
        NVSHMEM_HCA_LIST
        NVSHMEM_HCA_PE_MAPPING
        NVSHMEM_IB_GID_INDEX
        NVSHMEM_IB_TRAFFIC_CLASS
        NVSHMEM_QP_DEPTH
        HCCL_IF_IP
        HCCL_CONNECT_TIMEOUT
        HCCL_EXEC_TIMEOUT
        UCX_NET_DEVICES
        UCX_TLS
        TORCH_NCCL_ASYNC_ERROR_HANDLING
        TORCH_NCCL_BLOCKING_WAIT
        TORCH_NCCL_HEARTBEAT_TIMEOUT_SEC
        CUDA_VISIBLE_DEVICES
        CUDA_DEVICE_ORDER
        CUDA_LAUNCH_BLOCKING
        CUDA_DEVICE_MAX_CONNECTIONS
        CUDA_MODULE_LOADING
        CUDA_CACHE_PATH
        NVIDIA_VISIBLE_DEVICES
        HIP_VISIBLE_DEVICES
        ROCR_VISIBLE_DEVICES
        GPU_DEVICE_ORDINAL
        ASCEND_RT_VISIBLE_DEVICES
        ZE_AFFINITY_MASK
        PYTORCH_ALLOC_CONF
        PYTORCH_CUDA_ALLOC_CONF
        PYTORCH_HIP_ALLOC_CONF
        TORCHINDUCTOR_FX_GRAPH_CACHE
        TORCH_CUDA_ARCH_LIST
        TORCH_EXTENSIONS_DIR
        TRITON_CACHE_DIR
        TRITON_HOME
        DG_JIT_CACHE_DIR
        DG_JIT_USE_NVRTC
        DG_JIT_DEBUG
        DG_JIT_NVCC_COMPILER
        XDG_CACHE_HOME
        HF_TOKEN
        HUGGING_FACE_HUB_TOKEN
        HF_TOKEN_PATH
        HF_HOME
        HF_HUB_CACHE
        HUGGINGFACE_HUB_CACHE
        HF_HUB_OFFLINE
        TRANSFORMERS_OFFLINE
        HF_ENDPOINT
        HF_HUB_ENABLE_HF_TRANSFER
        HF_XET_HIGH_PERFORMANCE
        HF_HUB_DISABLE_XET
        HF_HUB_DOWNLOAD_TIMEOUT
        HF_HUB_ETAG_TIMEOUT
        HF_HUB_DISABLE_PROGRESS_BARS
        HF_HUB_DISABLE_TELEMETRY
        TOKENIZERS_PARALLELISM
        http_proxy
        HTTP_PROXY
        https_proxy
        HTTPS_PROXY
        all_proxy
        ALL_PROXY
        no_proxy
        NO_PROXY
        OMP_NUM_THREADS
        OMP_PROC_BIND
        GOMP_CPU_AFFINITY
        MKL_NUM_THREADS
        AWS_SESSION_TOKEN
        AWS_DEFAULT_REGION
        AWS_REGION
        AWS_PROFILE
        AWS_CONFIG_FILE
        AWS_SHARED_CREDENTIALS_FILE
        AWS_CA_BUNDLE
        RUNAI_STREAMER_S3_ENDPOINT
        RUNAI_STREAMER_CONCURRENCY
        RUNAI_STREAMER_MEMORY_LIMIT
        MC_FORCE_TCP
        MC_FORCE_HCA
        MC_INTRA_NVLINK
        MC_GID_INDEX
        MC_IB_TC
        MC_MTU
        MC_NUM_QP_PER_EP
        MC_WORKERS_PER_CTX
        MC_SLICE_SIZE
        MC_RETRY_CNT
        MC_LOG_LEVEL
        MC_TE_METRIC
        MC_TE_FILTERS
        MC_TCP_ENABLE_CONNECTION_POOL
        MC_MS_AUTO_DISC
    )
}

_envctl_rule_list() {
    words+=(
        unreadable
        unparsed-line
        no-value
        duplicate-name
        byte-order-mark
        carriage-returns
        nul-character
        not-utf8
        invisible-character
        quotes-kept
        surrounding-blanks
        inline-comment
        undefined-reference
        too-long
        blank-run
        broken-secret
        merge-marker
        unknown-suppression
        file-refused
        rest-lost
        name-dropped
        value-cut
        value-from-next-line
        command-run
        comment-continued
        reads-differently
        not-a-string
        refused
        colon-in-list
        dollar-eaten
        needs-shell
        unexpanded-reference
        service-link
        inline-credential
        shadowed
        role-drift
        missing-file
        outside-service-section
        section-header
        dropped-word
        unit-syntax
        unknown-specifier
        relative-environment-file
        environment-file-unread
        build-fails
        env-with-blanks
        argument-out-of-scope
        not-exported
        not-followed
        unread-line
        plugin-fails-to-load
        crashes
        misread
        defaulted
        invalid-value
        out-of-bounds
        relative-path
        empty-value
        placeholder
        documented-otherwise
        readers-disagree
        unknown-variable
        not-read
        undocumented
        renamed
        legacy-overrides
        conflict
        missing-companion
        no-effect
        incomplete-pair
        interface-pattern
        loopback-interface
        gloo-interface
        proxied-loopback
        no-proxy-entry
        proxy-cases-differ
        device-list
        no-devices
        device-lists-fight
        queues-exceed-pool
        beyond-limit
        hardware-queues
        magnitude
        allocator-names
        token-line-end
        test-only
        interface-absent
        path-on-host
        port-taken
        address-elsewhere
        device-absent
        own-address-proxied
    )
}

_envctl_section_list() {
    words+=(
        diffusion-runtime
        apple-mps
        rocm
        quantization
        cache-dit
        cache-dit-secondary
        cloud-storage
        crash-debugging
        flagos-fused-ops
        flagos-aten
        flagos-distributed
        flagos-system
        maca
        srt-general
        srt-performance
        srt-deepgemm
        srt-deepep
        srt-mori
        srt-dsa
        srt-memory
        srt-model-options
        srt-quantization
        srt-distributed
        srt-tools
        srt-staging
        pd-disaggregation
        srt-profiling
        srt-tracing
        srt-storage
        srt-testing
        srt-debugging
        dspark
        speculative
        ascend
        ascend-optimization
        ascend-deepep
        ascend-system
        plugin-system
        cpu-server
        apple-metal
        hicache
        epd
        object-storage
        diffusion-batching
        vit-cuda-graph
        compile-cache
        amd-gpu
        nccl
        networks
        devices
        torch
        hugging-face
        proxies
        threads
        aws
        mooncake
        other
    )
}

_envctl_owner_list() {
    words+=(
        sglang-diffusion
        sglang
        sglang_fl
        torch
        maca
        nvshmem
        os
        rustup
        dynamo
        sglang-kernel
        flashinfer
        mooncake
        opentelemetry
        deepep-ascend
        torch_npu
        hccl
        aws
        nccl
        ucx
        cuda
        nvidia-container-toolkit
        rocm
        cann
        level-zero
        triton
        deepgemm
        xdg
        huggingface
        tokenizers
        python
        openmp
        mkl
        runai-model-streamer
    )
}

_envctl_reader_list() {
    words+=(
        dotenv
        docker
        compose
        systemd
        shell
        kubectl
        node
    )
}

_envctl_release_list() {
    words+=(
        0.5.23
        0.5.22
        0.5.21
        0.5.20
        0.5.19
        0.5.18
        0.5.17
        0.5.16
        0.5.15.post1
        0.5.15
        0.5.14
        0.5.13.post1
        0.5.13
        0.5.12.post1
        0.5.12
        0.5.11
        0.5.10.post1
        0.5.10
        0.5.9
        0.5.8.post1
        0.5.8
        0.5.7
        0.5.6.post2
        0.5.6.post1
        0.5.6
        0.5.5.post3
        0.5.5.post2
        0.5.5.post1
        0.5.5
    )
}

# Offers of `words` those that begin as the text does; in another case only if none
# does so in its own. `kept` goes in front: what readline is going to replace may begin before the text.
_envctl_offer() {
    local word
    local -a exact=() folded=()
    # An empty array counts as unset before bash 4.4, which `set -u` shells do not forgive.
    for word in ${words[@]+"${words[@]}"}; do
        if [[ $given == *",$word,"* ]]; then
            continue
        elif [[ $word == "$text"* ]]; then
            exact+=("$kept$word")
        elif [[ ${word,,} == "${text,,}"* ]]; then
            folded+=("$kept$word")
        fi
    done
    if ((${#exact[@]})); then
        COMPREPLY+=("${exact[@]}")
    elif ((${#folded[@]})); then
        COMPREPLY+=("${folded[@]}")
    fi
}

# The same for the last of several words with commas between them.
_envctl_offer_more() {
    local last=${text##*,}
    local given=,${text%"$last"}
    kept+=${given#,}
    text=$last
    _envctl_offer
}

# Readline completes files better (quotes, ~, variables), but only where no word is offered. One is
# offered where its beginning was typed, so there the text holds nothing to unquote. The arguments
# may stand before a file and a colon.
_envctl_files() {
    local file kind
    for kind in "$@"; do
        if [[ $text == "$kind:"* ]]; then
            text=${text#*:}
            # Where COMP_WORDBREAKS has no colon, readline replaces the kind too.
            if [[ $replaced == *"$kind:$text" ]]; then
                kept+=$kind:
            fi
        fi
    done
    if [[ ${#COMPREPLY[@]} == 0 && -z $kept ]]; then
        compopt -o bashdefault -o default 2>/dev/null || :
        return 0
    fi
    compopt -o filenames 2>/dev/null || :
    while IFS= read -r file; do
        if [[ -n $file ]]; then
            COMPREPLY+=("$kept$file")
        fi
    done <<<"$(compgen -f -- "$text")"
}

# COMP_WORDBREAKS cuts --format=json and dotenv:a.env into three words each: puts them together.
_envctl_join_words() {
    local piece glued='' index
    for ((index = 1; index <= COMP_CWORD; index++)); do
        piece=${COMP_WORDS[index]}
        if ((${#typed[@]})) && [[ -n $glued || $piece == [=:]* ]]; then
            typed[${#typed[@]} - 1]+=$piece
        else
            typed+=("$piece")
        fi
        glued=''
        if [[ -n $piece && -z ${piece//[=:]/} ]]; then
            glued=yes
        fi
    done
}

# Finds the command, the option whose value is being typed, and the text to complete.
_envctl_look() {
    local index piece last=$((${#typed[@]} - 1))
    for ((index = 0; index < last; index++)); do
        piece=${typed[index]}
        if [[ $piece == -- ]]; then
            ended=yes
        elif [[ -z $command && $piece != -* ]]; then
            command=$piece
        fi
    done
    text=${typed[last]}
    if [[ -z $ended && $text == --*=* ]]; then
        option=${text%%=*}
        text=${text#*=}
    elif [[ -z $ended ]] && ((last)); then
        option=${typed[last - 1]}
    fi
    replaced=${COMP_WORDS[COMP_CWORD]}
    if [[ $text == [\"\']* ]]; then
        text=${text:1} # readline replaces what follows an open quote
    elif [[ -n ${replaced//[=:]/} && $replaced == *"$text" ]]; then
        kept=${replaced%"$text"}
    fi
}

_envctl() {
    local IFS=$' \t\n' command='' option='' text='' kept='' given='' ended='' replaced=''
    local -a typed=() words=()
    COMPREPLY=()
    _envctl_join_words
    _envctl_look
    if ((COMP_CWORD > 1)) && [[ ${COMP_WORDS[COMP_CWORD - 1]} == *[\<\>] ]]; then
        _envctl_files
        return 0
    fi
    case $command in
        '')
            if [[ -z $ended && $text == -* ]]; then
                words=(--version --help -h)
                _envctl_offer
                return 0
            fi
            words=(show explain check diff export audit validate)
            _envctl_offer
            ;;
        show)
            case $option in
                --env | -e)
                    words=(process sglang)
                    _envctl_offer
                    _envctl_files snapshot docker dockerfile systemd shell kubernetes compose dotenv
                    return 0
                    ;;
                --as)
                    words=(dotenv docker compose systemd shell kubectl node)
                    _envctl_offer
                    return 0
                    ;;
                --section)
                    _envctl_section_list
                    _envctl_offer
                    return 0
                    ;;
                --owner)
                    _envctl_owner_list
                    _envctl_offer
                    return 0
                    ;;
                --search)
                    return 0
                    ;;
                --format)
                    words=(table json csv markdown)
                    _envctl_offer
                    return 0
                    ;;
                --sglang)
                    _envctl_release_list
                    _envctl_offer
                    return 0
                    ;;
                --registry)
                    _envctl_files
                    return 0
                    ;;
            esac
            if [[ -z $ended && $text == -* ]]; then
                words=(--env -e --inherit --as --set --section --owner --search --all --format --sglang --registry --show-secrets --quiet -q --help -h)
                _envctl_offer
                return 0
            fi
            _envctl_variable_list
            _envctl_offer
            ;;
        explain)
            case $option in
                --env | -e)
                    words=(process sglang)
                    _envctl_offer
                    _envctl_files snapshot docker dockerfile systemd shell kubernetes compose dotenv
                    return 0
                    ;;
                --as)
                    words=(dotenv docker compose systemd shell kubectl node)
                    _envctl_offer
                    return 0
                    ;;
                --format)
                    words=(text json)
                    _envctl_offer
                    return 0
                    ;;
                --sglang)
                    _envctl_release_list
                    _envctl_offer
                    return 0
                    ;;
                --registry)
                    _envctl_files
                    return 0
                    ;;
            esac
            if [[ -z $ended && $text == -* ]]; then
                words=(--env -e --inherit --as --rules --format --sglang --registry --show-secrets --quiet -q --help -h)
                _envctl_offer
                return 0
            fi
            _envctl_variable_list
            _envctl_rule_list
            _envctl_offer
            ;;
        check | validate)
            case $option in
                --env | -e)
                    words=(process sglang)
                    _envctl_offer
                    _envctl_files snapshot docker dockerfile systemd shell kubernetes compose dotenv
                    return 0
                    ;;
                --as)
                    words=(dotenv docker compose systemd shell kubectl node)
                    _envctl_offer
                    return 0
                    ;;
                --readers)
                    _envctl_reader_list
                    _envctl_offer_more
                    return 0
                    ;;
                --select | --ignore)
                    _envctl_rule_list
                    _envctl_offer_more
                    return 0
                    ;;
                --format)
                    words=(text json)
                    _envctl_offer
                    return 0
                    ;;
                --sglang)
                    _envctl_release_list
                    _envctl_offer
                    return 0
                    ;;
                --registry)
                    _envctl_files
                    return 0
                    ;;
            esac
            if [[ -z $ended && $text == -* ]]; then
                words=(--env -e --inherit --as --readers --select --ignore --strict --host --format --sglang --registry --quiet -q --help -h)
                _envctl_offer
                return 0
            fi
            words=(process sglang)
            _envctl_offer
            _envctl_files snapshot docker dockerfile systemd shell kubernetes compose dotenv
            ;;
        diff)
            case $option in
                --env | -e)
                    words=(process sglang)
                    _envctl_offer
                    _envctl_files snapshot docker dockerfile systemd shell kubernetes compose dotenv
                    return 0
                    ;;
                --as)
                    words=(dotenv docker compose systemd shell kubectl node)
                    _envctl_offer
                    return 0
                    ;;
                --format)
                    words=(text json)
                    _envctl_offer
                    return 0
                    ;;
                --sglang)
                    _envctl_release_list
                    _envctl_offer
                    return 0
                    ;;
                --registry)
                    _envctl_files
                    return 0
                    ;;
            esac
            if [[ -z $ended && $text == -* ]]; then
                words=(--env -e --inherit --as --raw --format --sglang --registry --show-secrets --quiet -q --help -h)
                _envctl_offer
                return 0
            fi
            words=(process sglang defaults release:0.5.23 release:0.5.22 release:0.5.21 release:0.5.20 release:0.5.19 release:0.5.18 release:0.5.17 release:0.5.16 release:0.5.15.post1 release:0.5.15 release:0.5.14 release:0.5.13.post1 release:0.5.13 release:0.5.12.post1 release:0.5.12 release:0.5.11 release:0.5.10.post1 release:0.5.10 release:0.5.9 release:0.5.8.post1 release:0.5.8 release:0.5.7 release:0.5.6.post2 release:0.5.6.post1 release:0.5.6 release:0.5.5.post3 release:0.5.5.post2 release:0.5.5.post1 release:0.5.5)
            _envctl_offer
            _envctl_files snapshot docker dockerfile systemd shell kubernetes compose dotenv
            ;;
        export)
            case $option in
                --env | -e)
                    words=(process sglang)
                    _envctl_offer
                    _envctl_files snapshot docker dockerfile systemd shell kubernetes compose dotenv
                    return 0
                    ;;
                --section)
                    _envctl_section_list
                    _envctl_offer
                    return 0
                    ;;
                --as)
                    words=(dotenv docker compose systemd shell kubectl node)
                    _envctl_offer
                    return 0
                    ;;
                --format)
                    words=(dotenv shell fish powershell docker docker-args compose systemd kubernetes github slurm json yaml template)
                    _envctl_offer
                    return 0
                    ;;
                --name)
                    return 0
                    ;;
                --output | -o | --registry)
                    _envctl_files
                    return 0
                    ;;
                --sglang)
                    _envctl_release_list
                    _envctl_offer
                    return 0
                    ;;
            esac
            if [[ -z $ended && $text == -* ]]; then
                words=(--env -e --inherit --section --as --format --name --output -o --all --no-check --sglang --registry --quiet -q --help -h)
                _envctl_offer
                return 0
            fi
            _envctl_variable_list
            _envctl_offer
            ;;
        audit)
            case $option in
                --only)
                    words=(undocumented unread differing)
                    _envctl_offer
                    return 0
                    ;;
                --format)
                    words=(text json)
                    _envctl_offer
                    return 0
                    ;;
                --registry)
                    _envctl_files
                    return 0
                    ;;
            esac
            if [[ -z $ended && $text == -* ]]; then
                words=(--only --strict --format --registry --quiet -q --help -h)
                _envctl_offer
                return 0
            fi
            _envctl_files
            ;;
    esac
    return 0
}

complete -F _envctl envctl
