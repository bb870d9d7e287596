import type {
  ApiserverConfiguration,
  ControllerManagerConfiguration,
  KubeletConfiguration,
} from '../../cluster/flags/configuration.ts'
import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import type { ClusterSection } from '../schema/cluster.ts'
import type { Members } from './cluster-members.ts'

/** The cluster in which paths and workloads are resolved. */
export interface ClusterEnvironment {
  readonly section: ClusterSection
  readonly members: Members
  readonly version: KubernetesVersion
  readonly apiserver: ApiserverConfiguration
  readonly controllerManager: ControllerManagerConfiguration
  readonly kubelets: ReadonlyMap<string, NodeSetUp>
  /** The virtual addresses of services, by the name of the service. */
  readonly serviceAddresses: ReadonlyMap<string, string>
}

/** The version and configuration of the kubelet of a node. */
export interface NodeSetUp {
  readonly version: KubernetesVersion
  readonly kubelet: KubeletConfiguration
}
