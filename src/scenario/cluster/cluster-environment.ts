import type {
  ApiserverConfiguration,
  ControllerManagerConfiguration,
  KubeletConfiguration,
} from '../../cluster/flags/configuration.ts'
import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import type { ClusterSection } from '../schema/cluster.ts'
import type { Members } from './cluster-members.ts'

/** The cluster that paths and workloads are in. */
export interface ClusterEnvironment {
  readonly section: ClusterSection
  readonly members: Members
  readonly version: KubernetesVersion
  readonly apiserver: ApiserverConfiguration
  readonly controllerManager: ControllerManagerConfiguration
  readonly kubelets: ReadonlyMap<string, NodeSetUp>
  /** Virtual ones, by service. */
  readonly serviceAddresses: ReadonlyMap<string, string>
}

export interface NodeSetUp {
  readonly version: KubernetesVersion
  readonly kubelet: KubeletConfiguration
}
