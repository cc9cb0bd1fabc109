# Completion of envctl for fish. Written by `python -m sglang_envctl.devtools.completion completions`.

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
        TORCHDYNAMO_DISABLE 'Run what torch.compile would compile as plain Python' \
        SGLANG_USE_MODELSCOPE 'Download models from ModelScope instead of Hugging Face' \
        SGLANG_HOST_IP 'The address that this machine tells other processes to reach it under' \
        SGLANG_PORT 'Port number from which SGLang searches for free internal ports' \
        SGLANG_LOGGING_CONFIG_PATH 'JSON file for Python\'s logging, in place of SGLang\'s own set-up' \
        SGLANG_LOG_REQUEST_HEADERS 'More HTTP headers to write into the request log' \
        SGLANG_HEALTH_CHECK_TIMEOUT 'How long a health probe waits for a sign of life before it answers 503' \
        SGLANG_EPLB_HEATMAP_COLLECTION_INTERVAL 'Forward passes between two samples of the expert load metric; 0 is off' \
        SGLANG_FORWARD_UNKNOWN_TOOLS 'Pass on calls to tools that the request did not declare' \
        SGLANG_REQ_WAITING_TIMEOUT 'Seconds a request may wait in the queue before it is dropped; -1 is no limit' \
        SGLANG_REQ_RUNNING_TIMEOUT 'Seconds a request may run before it is stopped; -1 is no limit' \
        SGLANG_CACHE_DIR 'Directory for what SGLang compiles, tunes and downloads for itself' \
        SGLANG_PREFETCH_BLOCK_SIZE_MB 'Block size for reading checkpoints into the page cache ahead of loading' \
        SGLANG_ENABLE_TORCH_INFERENCE_MODE 'Run the model under torch.inference_mode instead of torch.no_grad' \
        SGLANG_ENABLE_TORCH_COMPILE 'SGLang\'s own note of --enable-torch-compile; use the flag' \
        SGLANG_SET_CPU_AFFINITY 'Pin each GPU\'s scheduler process to CPU cores of its own' \
        SGLANG_ALLOW_OVERWRITE_LONGER_CONTEXT_LEN 'Allow a --context-length above the model\'s own' \
        SGLANG_DISABLE_CONSECUTIVE_PREFILL_OVERLAP 'Finish one prefill batch before the next one is scheduled' \
        SGLANG_SCHEDULER_MAX_RECV_PER_POLL 'Most requests the scheduler takes in at one time; negative is no limit' \
        SGLANG_DATA_PARALLEL_BUDGET_INTERVAL 'Meant to set how often the load of data-parallel ranks is taken; has no effect' \
        SGLANG_SCHEDULER_RECV_SKIPPER_WEIGHT_DEFAULT 'What a prefill adds to the counter that decides when to take in requests' \
        SGLANG_SCHEDULER_RECV_SKIPPER_WEIGHT_DECODE 'What a decode step adds to the counter that decides when to take in requests' \
        SGLANG_SCHEDULER_RECV_SKIPPER_WEIGHT_TARGET_VERIFY 'What a verification step adds to the counter that decides on new requests' \
        SGLANG_SCHEDULER_RECV_SKIPPER_WEIGHT_NONE 'What an idle turn adds to the counter that decides when to take in requests' \
        SGLANG_MM_BUFFER_SIZE_MB 'GPU memory set aside to hash images and other media on the GPU; 0 is off' \
        SGLANG_MM_PRECOMPUTE_HASH 'Hash images and other media before requests reach the scheduler' \
        SGLANG_IS_FLASHINFER_AVAILABLE 'Whether FlashInfer may be used where it is installed' \
        SGLANG_FLASHINFER_AUTOTUNE_CACHE 'Use FlashInfer\'s tuning results from earlier starts' \
        SGLANG_SKIP_P2P_CHECK 'Believe the driver about GPU peer access instead of trying it' \
        SGLANG_CHUNKED_PREFIX_CACHE_THRESHOLD 'Cached tokens from which DeepSeek\'s prefill reads them in chunks' \
        SGLANG_MAX_KV_CHUNK_CAPACITY 'Most tokens in one chunk of a DeepSeek prefill\'s cached prefix' \
        SGLANG_FUSED_MLA_ENABLE_ROPE_FUSION 'Compute rotary embedding inside the fused MLA decode kernel on ROCm' \
        SGLANG_DISABLE_FA4_WARMUP 'Meant to skip the warm-up of FlashAttention 4; no recent release reads it' \
        SGLANG_NCCL_ALL_GATHER_IN_OVERLAP_SCHEDULER_SYNC_BATCH 'Let data-parallel ranks agree on their batches over NCCL instead of gloo' \
        SGLANG_SYMM_MEM_PREALLOC_GB_SIZE 'GPU memory reserved at start for NCCL\'s symmetric memory' \
        SGLANG_CUSTOM_ALLREDUCE_ALGO 'Force the custom all-reduce to exchange in one step or in two' \
        SGLANG_SKIP_SOFTMAX_PREFILL_THRESHOLD_SCALE_FACTOR 'Let TRT-LLM attention skip blocks of little weight while it prefills' \
        SGLANG_SKIP_SOFTMAX_DECODE_THRESHOLD_SCALE_FACTOR 'Let TRT-LLM attention skip blocks of little weight while it decodes' \
        SGLANG_USE_SGL_FA3_KERNEL 'Take FlashAttention 3 from SGLang\'s kernel package' \
        SGLANG_ENABLE_JIT_DEEPGEMM 'Use DeepGEMM\'s kernels where the GPU and the package allow it' \
        SGLANG_JIT_DEEPGEMM_PRECOMPILE 'Compile all of a model\'s DeepGEMM kernels at start, not at first use' \
        SGLANG_JIT_DEEPGEMM_COMPILE_WORKERS 'Meant to set how many kernels are compiled at once; has no effect' \
        SGLANG_IN_DEEPGEMM_PRECOMPILE_STAGE 'Marks the process as the script that compiles DeepGEMM\'s kernels' \
        SGLANG_DG_CACHE_DIR 'Directory of compiled DeepGEMM kernels' \
        SGLANG_DG_USE_NVRTC 'Compile DeepGEMM kernels with NVRTC instead of nvcc' \
        SGLANG_USE_DEEPGEMM_BMM 'Do batched matrix products of MLA attention with DeepGEMM' \
        SGLANG_JIT_DEEPGEMM_FAST_WARMUP 'Compile a few thousand typical kernels at start instead of all' \
        SGLANG_DEEPEP_NUM_MAX_DISPATCH_TOKENS_PER_RANK 'Tokens for which DeepEP\'s low-latency buffers have room, on each GPU' \
        SGLANG_FLASHINFER_NUM_MAX_DISPATCH_TOKENS_PER_RANK 'Tokens for which FlashInfer\'s all-to-all has room, on each GPU' \
        SGLANG_DEEPEP_LL_COMBINE_SEND_NUM_SMS 'GPU cores that DeepEP\'s combine gets while it overlaps with computing' \
        SGLANG_BLACKWELL_OVERLAP_SHARED_EXPERTS_OUTSIDE_SBO 'Compute shared experts on a second stream, beside the overlapped combine' \
        SGLANG_FUSED_GROUPED_GEMM_COMBINE_FP32 'Meant to add up in FP32 when combining expert results; has no effect' \
        SGLANG_MORI_DISPATCH_DTYPE 'Number format in which MoRI sends tokens to their experts' \
        SGLANG_MORI_FP8_COMB 'Meant to combine expert results in FP8; replaced by another name' \
        SGLANG_MORI_NUM_MAX_DISPATCH_TOKENS_PER_RANK 'Tokens for which MoRI\'s buffers have room, on each GPU' \
        SGLANG_MORI_DISPATCH_INTER_KERNEL_SWITCH_THRESHOLD 'Buffer size up to which MoRI takes its low-latency kernel between nodes' \
        SGLANG_MORI_PREALLOC_MAX_RECV_TOKENS 'Tokens for which MoRI allocates receive buffers; 0 is the worst case' \
        SGLANG_MORI_MOE_MAX_INPUT_TOKENS 'Rows of the received tokens that the experts look at; 0 is all' \
        SGLANG_MORI_QP_PER_TRANSFER 'RDMA queue pairs over which MoRI sends one KV cache transfer' \
        SGLANG_MORI_POST_BATCH_SIZE 'RDMA work requests that MoRI posts to a queue pair at one time; -1 chooses' \
        SGLANG_MORI_NUM_WORKERS 'Threads that drive MoRI\'s KV cache transfers' \
        SGLANG_DSA_FUSE_TOPK 'Choose tokens and look up their pages in one kernel' \
        SGLANG_DSA_TOPK_FLASHINFER_DETERMINISTIC 'Make FlashInfer choose the same tokens every time' \
        SGLANG_DSA_TOPK_FLASHINFER_TIE_BREAK 'Which of two tokens with equal scores FlashInfer prefers' \
        SGLANG_DSA_ENABLE_MTP_PRECOMPUTE_METADATA 'Meant to prepare the metadata of all draft steps at once; now always so' \
        SGLANG_USE_FUSED_METADATA_COPY 'Meant to copy metadata for CUDA graphs in one kernel; has no effect any more' \
        SGLANG_DSA_PREFILL_DENSE_ATTN_KV_LEN_THRESHOLD 'Context length up to which a prefill uses dense instead of sparse attention' \
        SGLANG_DSA_TOPK_BROADCAST 'Let one rank choose the tokens for all tensor-parallel ranks' \
        SGLANG_NSA_FUSE_TOPK 'Old name of the switch that fuses the choice of tokens' \
        SGLANG_NSA_ENABLE_MTP_PRECOMPUTE_METADATA 'Old name of the switch for preparing the metadata of draft steps' \
        SGLANG_NSA_PREFILL_DENSE_ATTN_KV_LEN_THRESHOLD 'Old name of the length up to which a prefill uses dense attention' \
        SGLANG_DEBUG_MEMORY_POOL 'Check the KV cache\'s bookkeeping after every allocation and release' \
        SGLANG_CLIP_MAX_NEW_TOKENS_ESTIMATION 'Most new tokens the scheduler reckons with for one request' \
        SGLANG_DETOKENIZER_MAX_STATES 'How many unfinished requests the detokenizer remembers' \
        SGLANG_ENABLE_TP_MEMORY_INBALANCE_CHECK 'Refuse to start when GPUs of one group differ in free memory' \
        SGLANG_MOONCAKE_CUSTOM_MEM_POOL 'Allocate the KV cache so that Mooncake can send it over NVLink or Barex' \
        SGLANG_USE_AITER 'Use AMD\'s AITER kernels on ROCm' \
        SGLANG_ROCM_USE_MULTI_STREAM 'Compute shared and routed experts side by side on ROCm' \
        SGLANG_MOE_PADDING 'Pad MoE weights by 128 elements to spread them over memory channels' \
        SGLANG_CUTLASS_MOE 'Meant to choose CUTLASS for FP8 MoE on Blackwell; replaced by a flag' \
        SGLANG_INT4_WEIGHT 'Load the experts of an FP8 model as INT4 weights, on AMD GPUs' \
        SGLANG_FORCE_FP8_MARLIN 'Run FP8 linear layers through the Marlin kernels on any NVIDIA GPU' \
        SGLANG_NVFP4_CKPT_FP8_GEMM_IN_ATTN 'Cast the 16-bit attention projection of a DeepSeek NVFP4 checkpoint to FP8' \
        SGLANG_MOE_NVFP4_DISPATCH 'Send tokens to their experts as NVFP4 instead of 16 bit' \
        SGLANG_FLASHINFER_NVFP4_PER_TOKEN_ACTIVATION 'Scale NVFP4 activations per token in FlashInfer\'s MoE kernels' \
        FLASHINFER_NVFP4_4OVER6 'Choose between two NVFP4 block scales, 4 and 6, by which errs less' \
        FLASHINFER_NVFP4_4OVER6_E4M3_USE_256 'With 4over6, take 256 as the largest E4M3 scale instead of 448' \
        SGLANG_NVFP4_CKPT_FP8_NEXTN_MOE 'Cast the draft layer\'s 16-bit experts of a DeepSeek NVFP4 checkpoint to FP8' \
        SGLANG_QUANT_ALLOW_DOWNCASTING 'Let a weight lose precision when it is copied to a narrower parameter' \
        SGLANG_FP8_IGNORED_LAYERS 'Layers that FP8 quantisation leaves alone' \
        SGLANG_BLOCK_NONZERO_RANK_CHILDREN 'Keep nodes other than the first waiting inside the call that starts the engine' \
        SGLANG_IS_FIRST_RANK_ON_NODE 'Whether this process is the one that compiles DeepGEMM kernels for its node' \
        SGLANG_PP_LAYER_PARTITION 'How many layers each pipeline stage takes' \
        SGLANG_ONE_VISIBLE_DEVICE_PER_PROCESS 'Show each worker its own GPU only, as device 0' \
        SGLANG_RAY_BUNDLE_INDICES 'Which bundles of a Ray placement group the ranks go to, in order' \
        SGLANG_TOOL_STRICT_LEVEL 'How far the grammar holds a model to the tools it was offered' \
        SGLANG_DISAGG_STAGING_BUFFER 'Carry the KV cache through a GPU buffer when prefill and decode differ in TP size' \
        SGLANG_DISAGG_STAGING_BUFFER_SIZE_MB 'Meant to size each prefill worker\'s staging buffer; no longer read' \
        SGLANG_DISAGG_STAGING_POOL_SIZE_MB 'Size of the decode side\'s ring buffer for KV cache that arrives' \
        SGLANG_STAGING_USE_TORCH 'Gather and scatter staged KV cache with PyTorch instead of Triton' \
        SGLANG_DISAGGREGATION_THREAD_POOL_SIZE 'Threads of each prefill rank that send KV cache' \
        SGLANG_DISAGGREGATION_QUEUE_SIZE 'Queues that KV transfers to the decode servers are spread over' \
        SGLANG_DISAGGREGATION_BOOTSTRAP_TIMEOUT 'How long a prefill server waits for decode to say where the KV cache goes' \
        SGLANG_DISAGGREGATION_BOOTSTRAP_ENTRY_CLEANUP_INTERVAL 'How often, and after what age, the bootstrap server forgets where requests went' \
        SGLANG_DISAGGREGATION_HEARTBEAT_INTERVAL 'How often a decode server asks its prefill servers whether they are alive' \
        SGLANG_DISAGGREGATION_HEARTBEAT_MAX_FAILURE 'Missed heartbeats in a row after which a prefill server counts as gone' \
        SGLANG_DISAGGREGATION_WAITING_TIMEOUT 'How long a decode server waits for the KV cache of a request it has accepted' \
        MC_FORCE_MNNVL 'Make Mooncake carry data over NVLink between nodes, not over its network cards' \
        SGLANG_DISAGGREGATION_NIXL_BACKEND 'The NIXL plugin that carries the KV cache' \
        ENABLE_ASCEND_TRANSFER_WITH_MOONCAKE 'Carry the KV cache between Ascend NPUs with Mooncake' \
        ASCEND_NPU_PHY_ID 'Number of the NPU on its host, where a container numbers it otherwise' \
        SGLANG_TORCH_PROFILER_DIR 'Directory that profiles are written to when a request does not name one' \
        SGLANG_PROFILE_WITH_STACK 'Record call stacks in profiles' \
        SGLANG_PROFILE_RECORD_SHAPES 'Record the shapes of tensors in profiles' \
        SGLANG_OTLP_EXPORTER_SCHEDULE_DELAY_MILLIS 'How often finished spans are sent to the trace collector' \
        SGLANG_OTLP_EXPORTER_MAX_EXPORT_BATCH_SIZE 'The most spans that one message to the trace collector holds' \
        OTEL_EXPORTER_OTLP_TRACES_PROTOCOL 'How spans travel to the collector: gRPC, or protobuf over HTTP' \
        SGLANG_TRACE_LEVEL 'How much detail traces have from the start of the server' \
        SGLANG_WAIT_WEIGHTS_READY_TIMEOUT 'How long a server waits for a checkpoint engine to bring its weights' \
        SGLANG_DISABLE_OUTLINES_DISK_CACHE 'Keep Outlines from caching compiled grammars on disk' \
        SGLANG_USE_CUSTOM_TRITON_KERNEL_CACHE 'Find compiled Triton kernels by SGLang\'s own, quicker look-up' \
        SGLANG_HICACHE_DECODE_OFFLOAD_STRIDE 'After how many new tokens a decode server offloads its KV cache' \
        SGLANG_HICACHE_NIXL_USE_DIRECT_IO 'Read and write NIXL\'s cache files past the system\'s page cache' \
        SGLANG_HUGEPAGE_SIZE 'Put the KV cache in host memory on huge pages of this size' \
        SGLANG_IS_IN_CI 'Tell SGLang that it runs in its own continuous integration' \
        SGLANG_IS_IN_CI_AMD 'Tell SGLang\'s tests that they run on AMD\'s continuous integration' \
        SGLANG_TEST_RETRACT 'Throw running requests out of the batch at intervals, as if memory ran out' \
        SGLANG_TEST_RETRACT_NO_PREFILL_BS 'While testing retraction, start nothing new above this many running requests' \
        SGLANG_RECORD_STEP_TIME 'Keep the time of every decode step, by batch size, for the server\'s state' \
        SGLANG_TEST_REQUEST_TIME_STATS 'Fail when the times that a request collected make no sense' \
        SGLANG_DEBUG_SYMM_MEM 'Warn when a tensor handed to NCCL is not in the symmetric memory pool' \
        SGLANG_ENABLE_STRICT_MEM_CHECK_DURING_IDLE 'Stop the server when it finds its KV cache leaking while it is idle' \
        SGLANG_RAGGED_VERIFY_MODE 'How many drafted tokens of each request the target model verifies' \
        SGLANG_PREP_IN_CUDA_GRAPH 'Prepare DeepSeek V4\'s attention inside the CUDA graph; always so since 0.5.18' \
        SGLANG_DSPARK_ENABLE_SPS_RECORD 'Record step times, to work a DSpark cost table out of them' \
        SGLANG_NGRAM_FORCE_GREEDY_VERIFY 'Meant to verify n-gram drafts greedily; nothing has read it since 0.5.14' \
        SGLANG_NPU_USE_MLAPO 'Prepare MLA attention with one fused operator on Ascend' \
        SGLANG_USE_FIA_NZ 'Keep the KV cache of MLA models in Ascend\'s NZ layout' \
        SGLANG_NPU_USE_MULTI_STREAM 'Compute shared and routed experts side by side on two NPU streams' \
        SGLANG_NPU_DISABLE_ACL_FORMAT_WEIGHT 'Leave weights in their plain layout instead of Ascend\'s NZ' \
        SGLANG_SCHEDULER_SKIP_ALL_GATHER 'Let data-parallel ranks schedule without telling one another their batches' \
        SGLANG_ENABLE_OVERLAP_PLAN_STREAM 'Prepare speculative steps on a stream of their own, beside the target model' \
        SGLANG_USE_AG_AFTER_QLORA 'Gather activations after the low-rank query projection, when they are smaller' \
        DEEPEP_NORMAL_LONG_SEQ_PER_ROUND_TOKENS 'Tokens that each rank sends in one round, where dispatch goes in rounds' \
        DEEPEP_NORMAL_LONG_SEQ_ROUND 'Rounds that each rank\'s dispatch is split into' \
        DEEPEP_NORMAL_COMBINE_ENABLE_LONG_SEQ 'Let the combine step go in rounds as well as dispatch' \
        MOE_ENABLE_TOPK_NEG_ONE 'Let DeepEP take the expert number -1, for a token that goes nowhere' \
        DEEP_NORMAL_MODE_USE_INT8_QUANT 'Send tokens to their experts as INT8 with scales, in DeepEP\'s normal mode' \
        TASK_QUEUE_ENABLE 'How far torch_npu queues operators ahead of the NPU' \
        INF_NAN_MODE_ENABLE 'Let the NPU produce infinity and NaN instead of the largest number' \
        STREAMS_PER_DEVICE 'How many streams torch_npu keeps in its pool for each NPU' \
        PYTORCH_NPU_ALLOC_CONF 'Settings of torch_npu\'s memory allocator' \
        ASCEND_MF_STORE_URL 'Where MemFabric keeps its configuration, for KV transfer between Ascend servers' \
        ASCEND_LAUNCH_BLOCKING 'Run every NPU operator to its end before the next one starts' \
        HCCL_OP_EXPANSION_MODE 'Which part of the machine unrolls HCCL\'s collective operations' \
        HCCL_BUFFSIZE 'Size of the buffer that two NPUs exchange data through' \
        HCCL_SOCKET_IFNAME 'Network interface of the host that HCCL makes its first connections over' \
        SGLANG_PLATFORM 'The platform plugin to run on, by the name of its entry point' \
        SGLANG_USE_CPU_ENGINE 'Serve on the processor' \
        SGLANG_CPU_OMP_THREADS_BIND 'The processor cores that each rank\'s threads are bound to' \
        SGLANG_MLX_USE_CUSTOM_ROPE 'Rotate positions and write the KV cache with SGLang\'s own Metal kernel' \
        SGLANG_MLX_FUSE_SWIGLU 'Compute the gate and SwiGLU of experts in one Metal kernel' \
        SGLANG_MLX_CLEAR_CACHE_STEPS 'How often MLX gives the buffers back that it keeps for reuse' \
        SGLANG_HICACHE_L3_STAGING_RESERVE_RATIO 'Share of the host cache kept free for traffic with the storage behind it' \
        MOONCAKE_TE_META_DATA_SERVER 'Where Mooncake\'s nodes find one another: a metadata server, or nothing' \
        MOONCAKE_GLOBAL_SEGMENT_SIZE 'Memory that each rank of this server gives to the shared store' \
        MOONCAKE_PROTOCOL 'How Mooncake moves data: rdma, tcp, or efa on AWS' \
        MOONCAKE_DEVICE 'The network cards that Mooncake\'s store uses' \
        MOONCAKE_MASTER 'Address of Mooncake\'s master, which knows where each page lies' \
        SGLANG_ENCODER_MM_RECEIVER_MODE 'How a prefill server talks to its encoder servers: http or grpc' \
        AWS_ENDPOINT_URL 'Address of the object store, where it is not AWS itself' \
        AWS_ACCESS_KEY_ID 'Access key for the object store' \
        AWS_SECRET_ACCESS_KEY 'Secret half of the access key for the object store' \
        AWS_EC2_METADATA_DISABLED 'Do not ask EC2\'s metadata service for credentials' \
        SGLANG_DIFFUSION_BATCH_MEMORY_CACHE 'Directory of the measured memory needs of batches, for diffusion' \
        SGLANG_VIT_ENABLE_CUDA_GRAPH 'Run the vision encoder of multi-modal models as CUDA graphs' \
        TORCHINDUCTOR_CACHE_DIR 'Directory of what torch.compile has compiled' \
        NCCL_IB_GID_INDEX 'Which address of a RoCE card NCCL and RCCL use' \
        NCCL_SOCKET_IFNAME 'Network interfaces that NCCL makes its connections over' \
        NCCL_SOCKET_FAMILY 'Only IPv4 or only IPv6 for NCCL\'s sockets' \
        NCCL_IB_HCA 'InfiniBand or RoCE cards that NCCL uses, and their ports' \
        NCCL_IB_DISABLE 'Leave InfiniBand and RoCE alone and use sockets' \
        NCCL_IB_TIMEOUT 'Time-out of an InfiniBand packet, as a power of two' \
        NCCL_IB_RETRY_CNT 'How often an InfiniBand packet is sent again' \
        NCCL_IB_TC 'Traffic class of NCCL\'s packets on InfiniBand or RoCE' \
        NCCL_IB_SL 'Service level of NCCL\'s packets on InfiniBand' \
        NCCL_IB_QPS_PER_CONNECTION 'Queue pairs for each connection between two ranks' \
        NCCL_NET_GDR_LEVEL 'How far apart a GPU and a network card may be to exchange data directly' \
        NCCL_P2P_DISABLE 'Do not let GPUs of one machine read each other\'s memory' \
        NCCL_P2P_LEVEL 'How far apart two GPUs may be to read each other\'s memory' \
        NCCL_SHM_DISABLE 'Do not use shared memory between processes of one machine' \
        NCCL_CROSS_NIC 'Whether a ring may leave on one card and arrive on another' \
        NCCL_NET_PLUGIN 'The network plugin that NCCL loads' \
        NCCL_DEBUG 'How much NCCL tells' \
        NCCL_DEBUG_SUBSYS 'The parts of NCCL that NCCL_DEBUG=INFO speaks of' \
        NCCL_DEBUG_FILE 'File that NCCL\'s messages go to, instead of standard output' \
        NCCL_CUMEM_ENABLE 'Let NCCL allocate by CUDA\'s cuMem functions' \
        NCCL_NVLS_ENABLE 'Let NVSwitch add up (NVLink SHARP)' \
        NCCL_MNNVL_ENABLE 'Use NVLink between nodes' \
        NCCL_GRAPH_MIXING_SUPPORT 'Let collectives of CUDA graphs and others be under way at once' \
        NCCL_GRAPH_REGISTER 'Register the buffers of captured collectives' \
        NCCL_ALGO 'The algorithms that NCCL may choose from' \
        NCCL_PROTO 'The protocols that NCCL may choose from' \
        NCCL_MIN_NCHANNELS 'The fewest channels that NCCL opens' \
        NCCL_MAX_NCHANNELS 'The most channels that NCCL opens' \
        NVSHMEM_BOOTSTRAP_UID_SOCK_IFNAME 'Network interface that NVSHMEM\'s processes find each other over' \
        NVSHMEM_REMOTE_TRANSPORT 'How NVSHMEM reaches other nodes' \
        NVSHMEM_IB_ENABLE_IBGDA 'Let GPUs start InfiniBand transfers themselves' \
        NVSHMEM_DISABLE_LOCAL_ONLY_PROXY 'Start no proxy thread where NVLink is all there is' \
        NVSHMEM_ENABLE_NIC_PE_MAPPING 'Give each process its cards by list, not by distance' \
        NVSHMEM_HCA_LIST 'InfiniBand or RoCE cards that NVSHMEM uses' \
        NVSHMEM_HCA_PE_MAPPING 'Which card serves how many processes' \
        NVSHMEM_IB_GID_INDEX 'Which address of a RoCE card NVSHMEM uses' \
        NVSHMEM_IB_TRAFFIC_CLASS 'Traffic class of NVSHMEM\'s packets on RoCE' \
        NVSHMEM_QP_DEPTH 'Entries of each of NVSHMEM\'s queue pairs' \
        HCCL_IF_IP 'Address of this host that HCCL makes its first connections from' \
        HCCL_CONNECT_TIMEOUT 'How long HCCL waits for the other NPUs to connect' \
        HCCL_EXEC_TIMEOUT 'How long HCCL waits for the other NPUs in a collective' \
        UCX_NET_DEVICES 'Network devices that UCX uses, NIXL\'s back-end among them' \
        UCX_TLS 'Transports that UCX may use' \
        TORCH_NCCL_ASYNC_ERROR_HANDLING 'What PyTorch does when a collective fails or takes too long' \
        TORCH_NCCL_BLOCKING_WAIT 'Make waiting for a collective block, and raise at its time-out' \
        TORCH_NCCL_HEARTBEAT_TIMEOUT_SEC 'How long PyTorch\'s watchdog may be silent before the process is aborted' \
        CUDA_VISIBLE_DEVICES 'The GPUs that the process sees, in this order' \
        CUDA_DEVICE_ORDER 'How CUDA numbers the GPUs' \
        CUDA_LAUNCH_BLOCKING 'Run every kernel to its end before the next one starts' \
        CUDA_DEVICE_MAX_CONNECTIONS 'Hardware queues between a process and its GPU' \
        CUDA_MODULE_LOADING 'Load kernels when they are first needed, or all at start' \
        CUDA_CACHE_PATH 'Directory where the driver keeps kernels that it compiled from PTX' \
        NVIDIA_VISIBLE_DEVICES 'The GPUs that a container is given' \
        HIP_VISIBLE_DEVICES 'The AMD GPUs that a HIP program sees' \
        ROCR_VISIBLE_DEVICES 'The AMD GPUs that any ROCm program sees' \
        GPU_DEVICE_ORDINAL 'The AMD GPUs that a HIP or OpenCL program sees' \
        ASCEND_RT_VISIBLE_DEVICES 'The Ascend NPUs that the process sees' \
        ZE_AFFINITY_MASK 'The Intel GPUs, or parts of them, that the process sees' \
        PYTORCH_ALLOC_CONF 'Settings of PyTorch\'s memory allocator, for every kind of device' \
        PYTORCH_CUDA_ALLOC_CONF 'Settings of PyTorch\'s memory allocator, under its older name' \
        PYTORCH_HIP_ALLOC_CONF 'Settings of PyTorch\'s memory allocator on AMD GPUs, under their own name' \
        TORCHINDUCTOR_FX_GRAPH_CACHE 'Keep what torch.compile made of a graph on disk' \
        TORCH_CUDA_ARCH_LIST 'The kinds of GPU that extensions are compiled for' \
        TORCH_EXTENSIONS_DIR 'Directory of extensions that are compiled when first used' \
        TRITON_CACHE_DIR 'Directory of the kernels that Triton has compiled' \
        TRITON_HOME 'Directory that Triton makes its .triton in' \
        DG_JIT_CACHE_DIR 'Directory of the kernels that DeepGEMM has compiled' \
        DG_JIT_USE_NVRTC 'Compile DeepGEMM\'s kernels with NVRTC rather than NVCC' \
        DG_JIT_DEBUG 'Let DeepGEMM tell what it compiles' \
        DG_JIT_NVCC_COMPILER 'The NVCC that DeepGEMM compiles with' \
        XDG_CACHE_HOME 'Directory that programs keep their caches below' \
        HF_TOKEN 'Token for Hugging Face\'s hub' \
        HUGGING_FACE_HUB_TOKEN 'Token for Hugging Face\'s hub, under its older name' \
        HF_TOKEN_PATH 'File that holds the token for the hub' \
        HF_HOME 'Directory of Hugging Face\'s cache, token and settings' \
        HF_HUB_CACHE 'Directory of the models that were downloaded' \
        HUGGINGFACE_HUB_CACHE 'Directory of the models that were downloaded, under its older name' \
        HF_HUB_OFFLINE 'Ask the hub for nothing; use what is in the cache' \
        TRANSFORMERS_OFFLINE 'Ask the hub for nothing, under an older name' \
        HF_ENDPOINT 'Address of the hub' \
        HF_HUB_ENABLE_HF_TRANSFER 'Download with hf_transfer, in older versions of huggingface_hub' \
        HF_XET_HIGH_PERFORMANCE 'Let downloads take all of the network and the processor' \
        HF_HUB_DISABLE_XET 'Download over plain HTTP rather than Xet' \
        HF_HUB_DOWNLOAD_TIMEOUT 'How long a download may stand still' \
        HF_HUB_ETAG_TIMEOUT 'How long to wait for the hub\'s word on whether a file has changed' \
        HF_HUB_DISABLE_PROGRESS_BARS 'Show no progress bars while downloading' \
        HF_HUB_DISABLE_TELEMETRY 'Tell the hub nothing about how its libraries are used' \
        TOKENIZERS_PARALLELISM 'Let one tokenizer use several threads' \
        http_proxy 'The proxy for addresses that begin with http://' \
        HTTP_PROXY 'The proxy for addresses that begin with http://, in capitals' \
        https_proxy 'The proxy for addresses that begin with https://' \
        HTTPS_PROXY 'The proxy for addresses that begin with https://, in capitals' \
        all_proxy 'The proxy for addresses that no other proxy is named for' \
        ALL_PROXY 'The proxy for all other addresses, in capitals' \
        no_proxy 'Hosts that are asked without a proxy' \
        NO_PROXY 'Hosts that are asked without a proxy, in capitals' \
        OMP_NUM_THREADS 'Threads of each parallel region, in every process' \
        OMP_PROC_BIND 'Whether OpenMP\'s threads stay on their cores' \
        GOMP_CPU_AFFINITY 'The cores that GNU\'s OpenMP binds its threads to' \
        MKL_NUM_THREADS 'Threads of Intel\'s math library' \
        AWS_SESSION_TOKEN 'Third part of a temporary access key' \
        AWS_DEFAULT_REGION 'The region of AWS that requests go to' \
        AWS_REGION 'The region of AWS that requests go to, for clients other than boto3' \
        AWS_PROFILE 'The entry of AWS\'s configuration files to use' \
        AWS_CONFIG_FILE 'File of AWS\'s settings' \
        AWS_SHARED_CREDENTIALS_FILE 'File of AWS\'s keys' \
        AWS_CA_BUNDLE 'File of the certificates that AWS\'s address is checked against' \
        RUNAI_STREAMER_S3_ENDPOINT 'Address of the object store, for the model streamer' \
        RUNAI_STREAMER_CONCURRENCY 'Threads, or connections, that the model streamer reads with' \
        RUNAI_STREAMER_MEMORY_LIMIT 'Host memory that the model streamer reads into' \
        MC_FORCE_TCP 'Carry data over TCP even where there are cards with RDMA' \
        MC_FORCE_HCA 'Insist on cards with RDMA, and fail where there are none' \
        MC_INTRA_NVLINK 'Use NVLink between the GPUs of one machine' \
        MC_GID_INDEX 'Which address of a RoCE card Mooncake uses' \
        MC_IB_TC 'Traffic class of Mooncake\'s packets' \
        MC_MTU 'Largest packet of Mooncake\'s connections' \
        MC_NUM_QP_PER_EP 'Queue pairs for each connection' \
        MC_WORKERS_PER_CTX 'Threads that serve each card' \
        MC_SLICE_SIZE 'Pieces that a transfer is cut into' \
        MC_RETRY_CNT 'How often a failed transfer is tried again' \
        MC_LOG_LEVEL 'How much Mooncake logs' \
        MC_TE_METRIC 'Let the engine report how much it carries' \
        MC_TE_FILTERS 'The only cards that Mooncake uses' \
        MC_TCP_ENABLE_CONNECTION_POOL 'Keep TCP connections open between transfers' \
        MC_MS_AUTO_DISC 'Whether Mooncake\'s store looks for cards itself'
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
        file-refused 'A line for which the reader refuses the whole file' \
        rest-lost 'A line from which on the reader takes nothing, without an error' \
        name-dropped 'A name that the reader does not take, without an error' \
        value-cut 'Text behind a value, or a part of it, that the reader drops' \
        value-from-next-line 'An empty value with a blank behind =, for which the reader takes the next line' \
        command-run 'A part of a line that a shell runs as a command' \
        comment-continued 'A comment that ends in a backslash, which takes the next line with it' \
        reads-differently 'A line that two readers of .env files take differently' \
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
        not-exported 'A variable that a script sets and no server that it starts gets' \
        not-followed 'A line of a script whose effect on the environment only a run can tell' \
        unread-line 'A line of a script that could not be read as one of a shell' \
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
        incomplete-pair 'One of two variables that are set together as a rule' \
        interface-pattern 'A pattern of NCCL\'s where an interface\'s own name is wanted' \
        loopback-interface 'The loopback interface beside a real one, or with several nodes' \
        gloo-interface 'Several nodes, an interface for NCCL, and none for Gloo' \
        proxied-loopback 'A proxy that takes the calls of the server to itself' \
        no-proxy-entry 'An entry of no_proxy that clients do not take, or take differently' \
        proxy-cases-differ 'The two spellings of a proxy variable say different things' \
        device-list 'A list of devices that hides devices its author meant to use' \
        no-devices 'A list of devices that is empty, which hides all of them' \
        device-lists-fight 'Two lists of AMD devices of which one spoils the other' \
        queues-exceed-pool 'More transfer queues than there are threads to serve them' \
        beyond-limit 'A number, or a product of two, beyond what DeepEP takes' \
        hardware-queues 'Several streams on AMD without the hardware queues for them' \
        magnitude 'A size or a count that no machine has' \
        allocator-names 'The old and the new name of PyTorch\'s allocator settings, which differ' \
        token-line-end 'A token or key that ends with a line end' \
        test-only 'A switch that is made for SGLang\'s own tests or for debugging' \
        interface-absent 'An interface that this host does not have (with --host)' \
        path-on-host 'A path that is missing on this host, or of the wrong kind (with --host)' \
        port-taken 'A port that something listens on already (with --host)' \
        address-elsewhere 'An address of the host that is not this host\'s (with --host)' \
        device-absent 'A device that this host does not have (with --host)' \
        own-address-proxied 'A proxy that takes the calls to this host\'s own address (with --host)'
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
        srt-general 'SGLang: general' \
        srt-performance 'SGLang: performance' \
        srt-deepgemm 'SGLang: DeepGEMM' \
        srt-deepep 'SGLang: DeepEP' \
        srt-mori 'SGLang: MoRI' \
        srt-dsa 'SGLang: DeepSeek sparse attention' \
        srt-memory 'SGLang: memory' \
        srt-model-options 'SGLang: model options' \
        srt-quantization 'SGLang: quantisation' \
        srt-distributed 'SGLang: distributed' \
        srt-tools 'SGLang: tool calls' \
        srt-staging 'SGLang: staging buffer' \
        pd-disaggregation 'SGLang: PD disaggregation' \
        srt-profiling 'SGLang: profiling' \
        srt-tracing 'SGLang: request tracing' \
        srt-storage 'SGLang: storage' \
        srt-testing 'SGLang: tests' \
        srt-debugging 'SGLang: debugging' \
        dspark 'SGLang: DSpark' \
        speculative 'SGLang: speculative decoding' \
        ascend 'Ascend: SGLang\'s switches' \
        ascend-optimization 'Ascend: optimisation' \
        ascend-deepep 'Ascend: DeepEP' \
        ascend-system 'Ascend: system' \
        plugin-system 'SGLang: plugins' \
        cpu-server 'SGLang: CPU servers' \
        apple-metal 'SGLang: Apple Metal' \
        hicache 'SGLang: HiCache and Mooncake' \
        epd 'SGLang: EPD disaggregation' \
        object-storage 'SGLang: models in object storage' \
        diffusion-batching 'Diffusion: batching' \
        vit-cuda-graph 'SGLang: vision encoders' \
        compile-cache 'SGLang: torch.compile' \
        amd-gpu 'SGLang: AMD GPUs' \
        nccl 'NCCL and RCCL' \
        networks 'NVSHMEM, HCCL, UCX' \
        devices 'Devices' \
        torch 'PyTorch, Triton, DeepGEMM' \
        hugging-face 'Hugging Face' \
        proxies 'Proxies' \
        threads 'Threads' \
        aws 'AWS and the model streamer' \
        mooncake 'Mooncake: transfer engine' \
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
        dynamo '' \
        sglang-kernel '' \
        flashinfer '' \
        mooncake '' \
        opentelemetry '' \
        deepep-ascend '' \
        torch_npu '' \
        hccl '' \
        aws '' \
        nccl '' \
        ucx '' \
        cuda '' \
        nvidia-container-toolkit '' \
        rocm '' \
        cann '' \
        level-zero '' \
        triton '' \
        deepgemm '' \
        xdg '' \
        huggingface '' \
        tokenizers '' \
        python '' \
        openmp '' \
        mkl '' \
        runai-model-streamer ''
end

function __envctl_reader_list
    printf '%s\t%s\n' \
        dotenv '' \
        docker '' \
        compose '' \
        systemd '' \
        shell '' \
        kubectl '' \
        node ''
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
complete -c envctl -n '__envctl_in show explain check validate diff export' -l as -r -f -k -a 'dotenv docker compose systemd shell kubectl node' -d 'Who reads the .env files; dotenv is python-dotenv'
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
complete -c envctl -n '__envctl_in check validate' -l readers -r -f -k -a '(__envctl_more __envctl_reader_list)' -d 'Warn where these readers take a .env line differently. Repeatable, or a,b'
complete -c envctl -n '__envctl_in check validate' -l select -r -f -k -a '(__envctl_more __envctl_rule_list)' -d 'Only these rules. Repeatable, or a,b'
complete -c envctl -n '__envctl_in check validate' -l ignore -r -f -k -a '(__envctl_more __envctl_rule_list)' -d 'Leave these rules out. Repeatable, or a,b'
complete -c envctl -n '__envctl_in check validate' -l strict -d 'Exit 1 for any finding, not for errors only'
complete -c envctl -n '__envctl_in check validate' -l host -d 'Look at this machine too: interfaces, paths, ports, addresses and devices that are named. Not for what describes containers'
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
