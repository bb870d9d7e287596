import type { APISERVER_FLAGS } from './apiserver-flags.ts'
import type { CONTROLLER_MANAGER_FLAGS } from './controller-manager-flags.ts'
import type { ConfigurationOf } from './flag.ts'
import type { KUBELET_FIELDS } from './kubelet-fields.ts'

/** The configuration of kube-apiserver: a property for each of its flags. */
export type ApiserverConfiguration = ConfigurationOf<typeof APISERVER_FLAGS>

/** The configuration of a kubelet: a property for each field of its configuration file. */
export type KubeletConfiguration = ConfigurationOf<typeof KUBELET_FIELDS>

/** The configuration of kube-controller-manager: a property for each of its flags. */
export type ControllerManagerConfiguration = ConfigurationOf<typeof CONTROLLER_MANAGER_FLAGS>
