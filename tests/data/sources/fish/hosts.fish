# After a configuration for several machines
set -l host (hostname)
if test "$host" = ada
    set -gx HF_HOME /data/scratch/hf
else if test "$host" = maja
    set -gx HF_HOME /scratch/hf
end
set -gx CUDA_DEVICE_ORDER PCI_BUS_ID
test -s ~/.config/fish/secrets.fish; and source ~/.config/fish/secrets.fish
