/**
 * Sources that several descriptions cite. AS, AM, KL: kubernetes/apiserver, /apimachinery, /kubelet at the tags
 * kubernetes-1.N.0; ARK: CentaurusInfra/arktos 6685f14, a fork of about 1.15; k/k#N: issue or pull request N of
 * kubernetes/kubernetes; KEP-N: kubernetes/enhancements, July 2026.
 */
export const CONFIG = 'AS release-1.6 to 1.36 pkg/server/config.go'
export const KUBELET_TYPES = 'KL release-1.12 to 1.36 config/v1beta1/types.go'
export const KUBELET_DEFAULTS = 'ARK pkg/kubelet/apis/config/v1beta1/defaults.go'
/** The defaults of a kubelet without a configuration file. */
export const LEGACY_DEFAULTS = 'ARK cmd/kubelet/app/options/options.go (applyLegacyDefaults)'
/** Before 1.10, a configuration file had the same defaults as the flags. */
export const AS_THE_FLAGS = 'k/k#59666: as the flags'
export const SECURE_SERVING = 'pkg/server/secure_serving.go'
