import * as apiserverFlags from './apiserver-flags.ts'
import * as controllerManagerFlags from './controller-manager-flags.ts'
import type { Flags } from './flag.ts'
import * as kubeletFields from './kubelet-fields.ts'

/** The Kubernetes programs that a scenario configures by flags or by a configuration file, with their registries. */
export const PROGRAMS: Readonly<Record<string, Flags>> = {
  'kube-apiserver': apiserverFlags,
  'kube-controller-manager': controllerManagerFlags,
  kubelet: kubeletFields,
}
