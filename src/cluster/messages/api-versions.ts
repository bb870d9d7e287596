/** The minor release from which clients of Kubernetes use version v1 of an API group, instead of v1beta1. */
const V1_SINCE = {
  // The API server has had v1 of this group since 1.14; the kubelet used v1beta1 until 1.16 (pkg/kubelet/nodelease).
  'coordination.k8s.io': 17,
  // CHANGELOG-1.17, k/k#84768.
  'authentication.k8s.io': 17,
  'authorization.k8s.io': 17,
  'certificates.k8s.io': 19,
  'discovery.k8s.io': 21,
} as const satisfies Readonly<Record<string, number>>

/** The group and version that clients of release 1.`minor` use, as `apiVersion` has them: `certificates.k8s.io/v1`. */
export function apiVersionOf(group: keyof typeof V1_SINCE, minor: number): string {
  return `${group}/${minor >= V1_SINCE[group] ? 'v1' : 'v1beta1'}`
}
