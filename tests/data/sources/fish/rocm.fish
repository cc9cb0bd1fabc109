# After the environment that a set-up tool writes
set -q HIP_VISIBLE_DEVICES; or set -gx HIP_VISIBLE_DEVICES 0,1
set -gx ROCR_VISIBLE_DEVICES 0,1
set -gx HSA_OVERRIDE_GFX_VERSION 11.0.0
set -q ROCM_HOME; or set -gx ROCM_HOME /opt/rocm
set -gx PATH $ROCM_HOME/bin $PATH
