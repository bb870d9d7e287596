import { type Tree, treeAt } from '../../scenario/tree/tree.ts'
import type { ImportDocument } from '../documents.ts'
import type { Evidence } from '../evidence.ts'
import { placeOf, written } from '../origin.ts'
import { findProgram, type Word } from '../programs/program-run.ts'
import { programNamed } from '../programs/programs.ts'
import { shellCommands } from '../programs/shell-words.ts'
import type { DocumentReader } from '../reader.ts'
import { itemsAt, placeAt, textAt, textsAt } from '../tree-values.ts'
import { readServers } from './pod-servers.ts'

/** Names that appear in the text of each pod that is read: of programs, their images, approvers, network plugins. */
const NAMES =
  /apiserver|controller-manager|kubelet|kube-proxy|proxy-agent|proxy-server|konnectivity|hyperkube|\bkm\b|k3s|rke2|k0s|approver|rubber-stamp|calico|cilium|flannel|antrea|weave|kube-router|ovnkube|network-policy|azure-npm/

/** The controller of a pod, such as its ReplicaSet, in YAML or JSON. All its pods serve alike. */
const OWNER = /\bownerReferences\b[\s\S]{0,600}?\buid"?\s*:\s*"?([\w-]+)/

/**
 * Reads pods and objects that create pods: the command lines of a cluster's programs, and components that matter for
 * paths.
 */
export const podReader: DocumentReader = {
  reads: 'static-pod manifests, pods, DaemonSets, Deployments: command lines of Kubernetes, approvers, network plugins',
  kinds: ['Pod', 'DaemonSet', 'Deployment', 'StatefulSet', 'ReplicaSet', 'PodTemplate', 'StaticPod'],
  recognizes: (document) => specOf(document) !== null,
  mayConcern: (text) => NAMES.test(text) || /\bcontainerPort\b/.test(text),
  alikeOf: (text) => (NAMES.test(text) ? null : (OWNER.exec(text)?.[1] ?? null)),
  read(document, evidence) {
    const spec = specOf(document)!
    const name = textAt(document.tree, ['metadata', 'name']) ?? textAt(document.tree, ['metadata', 'id']) ?? ''
    const isOfCluster = document.kind !== 'ReplicaSet'
    const idle = idleReason(document)
    const containers = itemsAt(spec, ['containers'])
    const isOfSystem = textAt(document.tree, ['metadata', 'namespace']) === 'kube-system'
    for (const container of containers) {
      readContainer(container, document, document.kind === 'Pod' && isOfSystem && containers.length === 1, evidence)
      if (isOfCluster) readComponent(name, container, idle, evidence)
    }
    const isOfKubernetes = containers.some((one) => programIn(one, expandedWords(one)) !== null)
    if (idle === null && !isOfKubernetes) readServers(document, spec, evidence)
  },
}

/** Returns the pod specification of an object; null if it has none. */
function specOf({ tree }: ImportDocument): Tree | null {
  const places = [
    ['spec', 'template', 'spec'],
    ['template', 'spec'],
    // A Talos resource has the whole pod in its `spec`.
    ['spec', 'spec'],
    ['spec'],
  ]
  return (
    places.map((place) => treeAt(tree, place)).find((spec) => spec && itemsAt(spec, ['containers']).length > 0) ?? null
  )
}

function readContainer(
  container: Tree,
  { tree, kind, isFirst }: ImportDocument,
  isAlone: boolean,
  evidence: Evidence,
): void {
  const words = expandedWords(container)
  const image = textAt(container, ['image'])
  const found = programIn(container, words)
  if (found === null) return
  const at = words.length > 0 ? words[0].at : placeOf(container.position)
  // The mirror pod of a static pod at the apiserver names its node. Changing it has no effect.
  const machine = kind === 'Pod' ? textAt(tree, ['spec', 'nodeName']) : null
  const isCopy = kind === 'Pod' && (machine !== null || treeAt(tree, ['status', 'phase']) !== undefined)
  const pod = isAlone ? words.map(({ text }) => text) : null
  // A kubelet reads only the first document of a file, and only if it is a pod (k/k pkg/kubelet/config/file.go).
  const isStatic = kind === 'Pod' && !isCopy && isFirst
  const name = `${textAt(tree, ['metadata', 'namespace']) ?? 'default'}/${textAt(tree, ['metadata', 'name']) ?? ''}`
  const staticPod = isStatic ? name : null
  evidence.addRun({ ...found, at, image, machine, pod, staticPod }, isCopy ? 'pod' : 'manifest')
}

/** Returns the program of Kubernetes that a container runs; null for others. */
function programIn(container: Tree, words: readonly Word[]) {
  return findProgram(words) ?? inShell(words) ?? byImage(container, words, textAt(container, ['image']))
}

/** Returns `command` and `args`, with `$(NAME)` replaced by the container's variables that have a value. */
function expandedWords(container: Tree): Word[] {
  const variables = new Map(
    itemsAt(container, ['env']).flatMap((one) => {
      const [name, value] = [textAt(one, ['name']), textAt(one, ['value'])]
      return name === null || value === null ? [] : [[name, value] as const]
    }),
  )
  return ['command', 'args'].flatMap((key) =>
    itemsAt(container, [key]).flatMap((item) => {
      const text = textAt(item, [])
      if (text === null) return []
      const expanded = text.replace(/\$\((\w+)\)/g, (whole, name: string) => variables.get(name) ?? whole)
      return [{ text: expanded, at: placeOf(item.position) }]
    }),
  )
}

/** Finds a program in `sh -c "exec kube-apiserver ... 1>>log 2>&1"`. */
function inShell(words: readonly Word[]) {
  const shell = words.findIndex(({ text }) => /(^|\/)(ba|da|a)?sh$/.test(text))
  const script = shell < 0 ? undefined : words.slice(shell + 1).find(({ text }) => !text.startsWith('-'))
  if (script === undefined) return null
  const { file, line } = script.at
  for (const command of shellCommands(script.text)) {
    const own = command.map(({ text, offset }) => {
      const above = script.text.slice(0, offset).split('\n').length - 1
      // A block text begins on the line after its indicator. A text on one line has no line ends.
      return { text, at: { file, line: above > 0 ? line + above + 1 : line } }
    })
    const found = findProgram(own)
    if (found !== null) return found
  }
  return null
}

/** Returns the program of the image, for a container without a command. */
function byImage(container: Tree, words: readonly Word[], image: string | null) {
  const base = (image ?? '').replace(/@.*$/, '').replace(/:[^/]*$/, '')
  const program =
    programNamed(base.replace(/-(amd64|arm64|arm|s390x|ppc64le)$/, ''), true) ??
    (words[0]?.text.startsWith('-') === true ? programNamed(textAt(container, ['name']) ?? '', true) : null)
  return program === null ? null : { program, words: words.filter(({ text }) => text.startsWith('-')) }
}

/** Programs that approve kubelets' serving-certificate requests, by a part of their image or name. */
const APPROVERS = ['kubelet-csr-approver', 'kubelet-serving-cert-approver', 'kubelet-rubber-stamp', 'csr-approver']

/** Returns why the pods of an object do not run, as a clause without a subject; null if they run or may run. */
function idleReason({ tree, kind }: ImportDocument): string | null {
  const numberAt = (...path: readonly string[]) => {
    const text = textAt(tree, path)
    return text === null ? null : Number(text)
  }
  if (numberAt('spec', 'replicas') === 0) return 'has no replicas (spec.replicas: 0)'
  const phase = textAt(tree, ['status', 'phase'])
  if (kind === 'Pod') return phase === null || phase === 'Running' ? null : `does not run (status.phase: ${phase})`
  if (treeAt(tree, ['status', 'observedGeneration']) === undefined) return null
  if (kind === 'DaemonSet') return numberAt('status', 'numberReady') === 0 ? 'has no pod that is ready' : null
  // The apiserver omits fields with the value 0.
  return (numberAt('status', 'readyReplicas') ?? 0) === 0 ? 'has no pod that is ready' : null
}

function readComponent(name: string, container: Tree, idle: string | null, evidence: Evidence): void {
  const image = textAt(container, ['image']) ?? ''
  const at = placeAt(container, ['image'])
  const approver = APPROVERS.find((one) => image.includes(one) || name.includes(one))
  if (approver !== undefined && idle === null) evidence.approvers.push(written(approver, at))
  else if (approver !== undefined) {
    evidence.idleApprovers.push(written(approver, at, `${approver} ${idle}`))
    evidence.note({
      kind: 'contradiction',
      at,
      message: `the approver ${approver} ${idle}`,
      consequence: 'it approves no requests of kubelets for serving certificates',
    })
  }
  readPlugin(name, container, evidence)
  if (/\/node:|calico-node/.test(image) && /calico/.test(`${image}${name}`)) readCalico(container, evidence)
}

/** Network plugins by a part of the images of their pods, and whether they enforce NetworkPolicies. */
const PLUGINS: readonly (readonly [image: RegExp, name: string, enforces: (words: readonly string[]) => boolean])[] = [
  [/calico(?:\/|-)node|calico\/dikastes/, 'Calico', () => true],
  [/cilium\/cilium(?::|@|$)/, 'Cilium', () => true],
  [/antrea-(?:agent|ubuntu|ubi)|antrea\/antrea/, 'Antrea', () => true],
  [/weave-npc/, 'Weave Net', () => true],
  [/kube-router/, 'kube-router', (words) => !words.includes('--run-firewall=false')],
  [/ovn-kubernetes|ovnkube/, 'OVN-Kubernetes', () => true],
  [/aws-network-policy-agent/, 'Amazon VPC CNI', (words) => words.includes('--enable-network-policy=true')],
  [/azure-npm/, 'Azure Network Policy Manager', () => true],
  [/kube-network-policies/, 'kube-network-policies', () => true],
  [/flannel/, 'flannel', () => false],
]

function readPlugin(name: string, container: Tree, evidence: Evidence): void {
  const image = textAt(container, ['image']) ?? ''
  const plugin = PLUGINS.find(([part]) => part.test(image) || part.test(name))
  if (plugin === undefined) return
  const words = [...textsAt(container, ['command']), ...textsAt(container, ['args'])]
  evidence.networkPlugins.push({
    ...written(plugin[1], placeAt(container, ['image'])),
    enforcesPolicies: plugin[2](words),
  })
}

function readCalico(container: Tree, evidence: Evidence): void {
  for (const variable of itemsAt(container, ['env']))
    if (textAt(variable, ['name']) === 'FELIX_WIREGUARDENABLED' && textAt(variable, ['value']) === 'true')
      evidence.encryptions.push(written('Calico WireGuard', placeOf(variable.position)))
}
