import type { KopsKubelet } from '../evidence.ts'
import { GROUP_LABEL } from '../readers/kops.ts'
import type { BuildContext } from './context.ts'

/**
 * Assigns kops settings to kubelets: the settings of the cluster, overridden for control planes by those of its control
 * plane, and overridden by those of the instance group (kops upup/pkg/fi/cloudup/spec_builder.go, BuildCompleteSpec,
 * and populate_instancegroup_spec.go, PopulateInstanceGroupSpec).
 */
export function addKopsRuns({ evidence }: BuildContext): void {
  const wordsOf = (wanted: KopsKubelet['of']) =>
    evidence.kopsKubelets.filter(({ of }) => of === wanted).flatMap(({ words }) => words)
  const ofAll = wordsOf('cluster')
  const ofControlPlanes = [...ofAll, ...wordsOf('control-planes')]
  const add = (words: KopsKubelet['words'], more: { readonly machine?: string; readonly role?: 'control-plane' }) => {
    if (words.length > 0)
      evidence.addRun({ program: 'kubelet', words, at: words[words.length - 1].at, ...more }, 'configuration')
  }
  add(ofAll, {})
  if (ofControlPlanes.length > ofAll.length) add(ofControlPlanes, { role: 'control-plane' })
  for (const { of, group, words } of evidence.kopsKubelets) {
    if (of === 'cluster' || of === 'control-planes') continue
    const base = of === 'control-plane-group' ? ofControlPlanes : ofAll
    const own = evidence.nodes.filter(({ labels }) => labels.get(GROUP_LABEL) === group)
    for (const { name } of own) add([...base, ...words], { machine: name })
    if (own.length > 0) continue
    evidence.note({
      kind: 'unknown',
      at: words[0].at,
      message: `the nodes of the instance group ${group}, whose kubelets have settings of their own`,
      consequence: `add \`kubectl get nodes -o yaml\`: a node says its group in the label ${GROUP_LABEL}`,
    })
  }
}
