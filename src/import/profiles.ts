import { namesOf } from '../engine/registry.ts'
import { aks } from './profiles/aks.ts'
import { eks } from './profiles/eks.ts'
import { gke } from './profiles/gke.ts'
import { hypershift } from './profiles/hypershift.ts'
import { k0s } from './profiles/k0s.ts'
import { k3s } from './profiles/k3s.ts'
import { kops } from './profiles/kops.ts'
import { kubeUp } from './profiles/kube-up.ts'
import { kubeadm } from './profiles/kubeadm.ts'
import { microk8s } from './profiles/microk8s.ts'
import { openshift } from './profiles/openshift.ts'
import type { Profile } from './profiles/profile.ts'
import { rke } from './profiles/rke.ts'
import { rke2 } from './profiles/rke2.ts'
import { talos } from './profiles/talos.ts'

/** The known distributions. If the marks of several match, the first counts. */
export const PROFILES = {
  rke2,
  k3s,
  k0s,
  microk8s,
  hypershift,
  openshift,
  rke,
  'kube-up': kubeUp,
  kops,
  gke,
  eks,
  aks,
  talos,
  kubeadm,
} satisfies Readonly<Record<string, Profile>>

export type Distribution = keyof typeof PROFILES

/** The distribution that is assumed if nothing identifies one. Others use its files and configuration too. */
export const BASE = 'kubeadm' satisfies Distribution

/** The providers that hide the control plane. */
export const PROVIDERS: readonly Distribution[] = namesOf(PROFILES).filter((name) => PROFILES[name].isHidden)
