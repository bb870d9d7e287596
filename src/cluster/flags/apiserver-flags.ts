/**
 * The registry of the flags of kube-apiserver that are modelled, one per line. The exported name is the name of the
 * flag's property in ApiserverConfiguration.
 */
export { anonymousAuth } from './apiserver/anonymous-auth.ts'
export { authorizationMode } from './apiserver/authorization-mode.ts'
export { clientCa } from './apiserver/client-ca-file.ts'
export { egressSelector } from './apiserver/egress-selector-config-file.ts'
export { enableAdmissionPlugins } from './apiserver/enable-admission-plugins.ts'
export { enableKubeletCertCnValidation } from './apiserver/enable-kubelet-cert-cn-validation.ts'
export { http2MaxStreamsPerConnection } from './apiserver/http2-max-streams-per-connection.ts'
export { insecureBindAddress } from './apiserver/insecure-bind-address.ts'
export { insecurePort } from './apiserver/insecure-port.ts'
export { kubeletCertificateAuthority } from './apiserver/kubelet-certificate-authority.ts'
export { kubeletClientCertificate } from './apiserver/kubelet-client-certificate.ts'
export { kubeletPreferredAddressTypes } from './apiserver/kubelet-preferred-address-types.ts'
export { kubeletReadOnlyPort } from './apiserver/kubelet-read-only-port.ts'
export { maxMutatingRequestsInflight } from './apiserver/max-mutating-requests-inflight.ts'
export { maxRequestsInflight } from './apiserver/max-requests-inflight.ts'
export { minRequestTimeoutNs } from './apiserver/min-request-timeout.ts'
export { requestTimeoutNs } from './apiserver/request-timeout.ts'
export { securePort } from './apiserver/secure-port.ts'
export { serviceAccountExtendTokenExpiration } from './apiserver/service-account-extend-token-expiration.ts'
export { sshUser } from './apiserver/ssh-user.ts'
