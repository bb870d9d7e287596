import { aks, eks, gke } from './profiles/managed.ts'
import type { Profiles } from './profiles/profile.ts'
import {
  hypershift,
  k0s,
  k3s,
  kops,
  kubeadm,
  kubeUp,
  microk8s,
  openshift,
  rke,
  rke2,
  talos,
} from './profiles/self-managed.ts'

/** The values that are assumed of each distribution where the files do not say them. */
export const PROFILES: Profiles = {
  kubeadm,
  k3s,
  rke,
  rke2,
  k0s,
  talos,
  microk8s,
  openshift,
  hypershift,
  'kube-up': kubeUp,
  kops,
  gke,
  eks,
  aks,
}

/** The providers whose control plane nobody sees. */
export const PROVIDERS = ['gke', 'eks', 'aks'] as const
