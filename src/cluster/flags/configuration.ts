import type * as apiserverFlags from './apiserver-flags.ts'
import type * as controllerManagerFlags from './controller-manager-flags.ts'
import type { ConfigurationOf } from './flag.ts'
import type * as kubeletFields from './kubelet-fields.ts'

/** The configuration of kube-apiserver: a property for each of its flags. */
export type ApiserverConfiguration = ConfigurationOf<typeof apiserverFlags>

/** The configuration of a kubelet: a property for each field of its configuration file. */
export type KubeletConfiguration = ConfigurationOf<typeof kubeletFields>

/** The configuration of kube-controller-manager: a property for each of its flags. */
export type ControllerManagerConfiguration = ConfigurationOf<typeof controllerManagerFlags>
