import { type Tree, type TreePath, treeAt } from '../../scenario/tree/tree.ts'
import type { Evidence } from '../evidence.ts'
import { placeOf } from '../origin.ts'
import type { Word } from '../programs/program-run.ts'
import type { DocumentReader } from '../reader.ts'
import { entriesAt, itemsAt, placeAt, textAt, textsAt } from '../tree-values.ts'

/** The objects of a HyperShift cluster. Its control plane runs as pods of another cluster. */
const HOSTED: readonly string[] = ['HostedCluster', 'HostedControlPlane', 'NodePool']

/**
 * Reads the configuration of OpenShift's apiserver, from which it derives its command line (openshift/kubernetes
 * openshift-kube-apiserver/openshiftkubeapiserver/flags.go, ConfigToFlags).
 */
export const openshiftReader: DocumentReader = {
  reads:
    'KubeAPIServerConfig and KubeControllerManagerConfig of OpenShift, what its operator observes (KubeAPIServer), and its Network',
  kinds: ['KubeAPIServerConfig', 'KubeControllerManagerConfig', 'KubeAPIServer', 'Network', ...HOSTED],
  recognizes: ({ apiVersion, kind }) => kind !== '' && apiVersion.includes('.openshift.io/'),
  read({ tree, kind, text }, evidence) {
    const at = placeOf(tree.position)
    const isHosted = HOSTED.includes(kind)
    evidence.distributions.push({ value: isHosted ? 'hypershift' : 'openshift', origin: { kind: 'written', at } })
    if (kind === 'KubeAPIServer') {
      for (const path of [
        ['spec', 'observedConfig'],
        ['spec', 'unsupportedConfigOverrides'],
      ]) {
        const part = treeAt(tree, path)
        if (part?.kind === 'map')
          evidence.openshiftConfigs.push({
            at: placeOf(part.position),
            tree: part,
            words: wordsOf(part),
            revision: null,
          })
      }
    } else if (kind === 'Network') readNetwork(tree, evidence)
    else if (kind === 'KubeAPIServerConfig')
      evidence.openshiftConfigs.push({
        at,
        tree,
        words: [...wordsOf(tree), ...wordOfNoCa(tree)],
        revision: revisionIn(text.file),
      })
    else if (kind === 'KubeControllerManagerConfig') {
      const words = wordsIn(tree, ['extendedArguments'])
      if (words.length > 0)
        evidence.addRun({ program: 'kube-controller-manager', words, at: words[0].at }, 'configuration')
    } else if (isHosted)
      evidence.note({
        kind: 'unread',
        at,
        cause: 'apiserver',
        message: `the settings of a ${kind} of HyperShift`,
        consequence: 'add the ConfigMap kas-config of the namespace of the hosted control plane, which is made of them',
      })
  },
  sections: [
    {
      program: 'kube-apiserver',
      takes: 'flags',
      path: ['spec', 'unsupportedConfigOverrides', 'apiServerArguments'],
      form: 'lists',
      mark: /operator\.openshift\.io/,
      isIn: ({ kind }) => kind === 'KubeAPIServer',
    },
  ],
}

/**
 * Reads the permitted external addresses of services (observe_network.go of the operator, ObserveExternalIPPolicy).
 */
function readNetwork(tree: Tree, evidence: Evidence): void {
  if (textAt(tree, ['apiVersion'])?.startsWith('config.openshift.io/') !== true) return
  const policy = ['spec', 'externalIP', 'policy']
  const rejected = textsAt(tree, [...policy, 'rejectedCIDRs']).map((cidr) => `!${cidr}`)
  const cidrs = [...rejected, ...textsAt(tree, [...policy, 'allowedCIDRs'])]
  evidence.externalIpPolicies.push({ cidrs, at: placeAt(tree, policy) })
}

/** The newest revision: the one that the operator distributes. */
const NEWEST = Number.MAX_SAFE_INTEGER

/** Returns the revision in the path of a static pod on its machine. */
function revisionIn(file: string): number {
  const found = /kube-apiserver-pod-(\d{1,9})\//.exec(file)?.[1]
  return found === undefined ? NEWEST : Number(found)
}

const KUBELET_CA = 'kubelet-certificate-authority'

/**
 * Settings outside of the arguments in older releases, with their flags. An argument with that name takes precedence.
 */
const SETTINGS: readonly (readonly [path: readonly string[], flag: string])[] = [
  [['kubeletClientInfo', 'ca'], KUBELET_CA],
  [['kubeletClientInfo', 'certFile'], 'kubelet-client-certificate'],
  [['servingInfo', 'clientCA'], 'client-ca-file'],
]

/**
 * Returns the path at which a configuration has a flag or would have it: in its arguments, or in an equivalent setting.
 */
export function pathOfFlag(tree: Tree, name: string): readonly string[] {
  const argument = ['apiServerArguments', name]
  const [setting] = SETTINGS.find(([path, flag]) => flag === name && treeAt(tree, path) !== undefined) ?? []
  return setting === undefined || treeAt(tree, argument) !== undefined ? argument : setting
}

function wordsOf(tree: Tree): readonly Word[] {
  const own = wordsIn(tree, ['apiServerArguments'])
  const isSet = (flag: string) => own.some(({ text }) => text.startsWith(`--${flag}=`))
  const others = SETTINGS.flatMap(([path, flag]) => {
    const value = textAt(tree, path)
    return value === null || isSet(flag) ? [] : [{ text: `--${flag}=${value}`, at: placeAt(tree, path) }]
  })
  const port = /:(\d+)$/.exec(textAt(tree, ['servingInfo', 'bindAddress']) ?? '')?.[1]
  const ofPort =
    port === undefined || isSet('secure-port')
      ? []
      : [{ text: `--secure-port=${port}`, at: placeAt(tree, ['servingInfo', 'bindAddress']) }]
  return [...own, ...others, ...ofPort]
}

/** Returns a flag that says that kubelets are not verified, for a complete configuration without a CA for them. */
function wordOfNoCa(tree: Tree): readonly Word[] {
  const hasCa = treeAt(tree, ['apiServerArguments', KUBELET_CA]) ?? treeAt(tree, ['kubeletClientInfo', 'ca'])
  return hasCa === undefined ? [{ text: `--${KUBELET_CA}=`, at: placeOf(tree.position) }] : []
}

/** Returns arguments, each of which is a list of values, as words of a command line. */
function wordsIn(tree: Tree, path: TreePath): readonly Word[] {
  return entriesAt(tree, path).flatMap(([name, value]) => {
    const items = value.kind === 'list' ? itemsAt(value, []) : [value]
    return items.map((item) => ({ text: `--${name}=${textAt(item, []) ?? ''}`, at: placeOf(item.position) }))
  })
}
