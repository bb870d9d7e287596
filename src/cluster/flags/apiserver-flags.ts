import { anonymousAuth } from './apiserver/anonymous-auth.ts'
import { authorizationMode } from './apiserver/authorization-mode.ts'
import { clientCa } from './apiserver/client-ca-file.ts'
import { unreachableTolerationNs } from './apiserver/default-unreachable-toleration-seconds.ts'
import { egressSelector } from './apiserver/egress-selector-config-file.ts'
import { enableAdmissionPlugins } from './apiserver/enable-admission-plugins.ts'
import { enableKubeletCertCnValidation } from './apiserver/enable-kubelet-cert-cn-validation.ts'
import { featureGates } from './apiserver/feature-gates.ts'
import { http2MaxStreamsPerConnection } from './apiserver/http2-max-streams-per-connection.ts'
import { insecureBindAddress } from './apiserver/insecure-bind-address.ts'
import { insecurePort } from './apiserver/insecure-port.ts'
import { kubeletCertificateAuthority } from './apiserver/kubelet-certificate-authority.ts'
import { kubeletClientCertificate } from './apiserver/kubelet-client-certificate.ts'
import { kubeletPreferredAddressTypes } from './apiserver/kubelet-preferred-address-types.ts'
import { kubeletReadOnlyPort } from './apiserver/kubelet-read-only-port.ts'
import { maxMutatingRequestsInflight } from './apiserver/max-mutating-requests-inflight.ts'
import { maxRequestsInflight } from './apiserver/max-requests-inflight.ts'
import { minRequestTimeoutNs } from './apiserver/min-request-timeout.ts'
import { requestTimeoutNs } from './apiserver/request-timeout.ts'
import { securePort } from './apiserver/secure-port.ts'
import { serviceAccountExtendTokenExpiration } from './apiserver/service-account-extend-token-expiration.ts'
import { sshUser } from './apiserver/ssh-user.ts'
import type { Flags } from './flag.ts'

/**
 * The registry of the flags of kube-apiserver that are modelled, one per line. The key is the name of the
 * flag's property in ApiserverConfiguration.
 */
export const APISERVER_FLAGS = {
  anonymousAuth,
  authorizationMode,
  clientCa,
  unreachableTolerationNs,
  egressSelector,
  enableAdmissionPlugins,
  enableKubeletCertCnValidation,
  featureGates,
  http2MaxStreamsPerConnection,
  insecureBindAddress,
  insecurePort,
  kubeletCertificateAuthority,
  kubeletClientCertificate,
  kubeletPreferredAddressTypes,
  kubeletReadOnlyPort,
  maxMutatingRequestsInflight,
  maxRequestsInflight,
  minRequestTimeoutNs,
  requestTimeoutNs,
  securePort,
  serviceAccountExtendTokenExpiration,
  sshUser,
} satisfies Flags
