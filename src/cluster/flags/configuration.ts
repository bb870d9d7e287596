import type * as apiserverFlags from './apiserver-flags.ts'
import type * as controllerManagerFlags from './controller-manager-flags.ts'
import type { ConfigurationOf } from './flag.ts'
import type * as kubeletFields from './kubelet-fields.ts'

/** What kube-apiserver runs with: a property for each of its flags. */
export type ApiserverConfiguration = ConfigurationOf<typeof apiserverFlags>

/** What a kubelet runs with: a property for each field of its configuration file. */
export type KubeletConfiguration = ConfigurationOf<typeof kubeletFields>

/** What kube-controller-manager runs with: a property for each of its flags. */
export type ControllerManagerConfiguration = ConfigurationOf<typeof controllerManagerFlags>
