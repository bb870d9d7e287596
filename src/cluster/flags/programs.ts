import { APISERVER_FLAGS } from './apiserver-flags.ts'
import { CONTROLLER_MANAGER_FLAGS } from './controller-manager-flags.ts'
import type { Flags } from './flag.ts'
import { KUBELET_FIELDS } from './kubelet-fields.ts'

/** The Kubernetes programs that a scenario configures by flags or by a configuration file, with their registries. */
export const PROGRAMS: Readonly<Record<string, Flags>> = {
  'kube-apiserver': APISERVER_FLAGS,
  'kube-controller-manager': CONTROLLER_MANAGER_FLAGS,
  kubelet: KUBELET_FIELDS,
}
