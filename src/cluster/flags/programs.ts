import * as apiserverFlags from './apiserver-flags.ts'
import * as controllerManagerFlags from './controller-manager-flags.ts'
import type { Flags } from './flag.ts'
import * as kubeletFields from './kubelet-fields.ts'

/** The programs of Kubernetes that a scenario sets up by flags, or by a configuration file. */
export const PROGRAMS: Readonly<Record<string, Flags>> = {
  'kube-apiserver': apiserverFlags,
  'kube-controller-manager': controllerManagerFlags,
  kubelet: kubeletFields,
}
