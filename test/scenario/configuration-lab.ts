import { kubernetesVersion } from '../../src/cluster/versions/kubernetes-version.ts'
import type { Resolved } from '../../src/scenario/configuration/configuration-settings.ts'
import {
  type ClusterProvides,
  resolveApiserver,
  resolveControllerManager,
  resolveKubelet,
} from '../../src/scenario/configuration/resolve-configuration.ts'
import { Findings } from '../../src/scenario/problems/findings.ts'
import { formatProblem } from '../../src/scenario/problems/format-problem.ts'
import { sortProblems } from '../../src/scenario/problems/problem.ts'
import { checkValue } from '../../src/scenario/schema/check-schema.ts'
import {
  type ApiserverFlags,
  apiserverFlagsSchema,
  type ControllerManagerFlags,
  controllerManagerFlagsSchema,
  type KubeletConfigSection,
  type KubeletFlags,
  kubeletConfigSchema,
  kubeletFlagsSchema,
} from '../../src/scenario/schema/cluster-flags.ts'
import { SourceText } from '../../src/scenario/tree/source-text.ts'
import { plainOf, spotAt, type TreePath, treeAt } from '../../src/scenario/tree/tree.ts'
import { parseYamlTree } from '../../src/scenario/tree/yaml-tree.ts'

/** A piece of a scenario with what is written under `cluster`, and the version that it is for. */
class Written {
  readonly findings: Findings
  readonly originOf: (path: TreePath) => string
  readonly #tree

  constructor(text: string) {
    this.#tree = parseYamlTree(new SourceText('test.yaml', text)).tree!
    this.findings = new Findings(this.#tree)
    this.originOf = (path) => {
      const { source, start } = spotAt(this.#tree, path)
      const { line, column } = source.positionOf(start)
      return `${source.file}:${line}:${column}`
    }
  }

  read<Section>(schema: Parameters<typeof checkValue>[0], path: TreePath): Section | undefined {
    const tree = treeAt(this.#tree, path)
    return tree === undefined ? undefined : (checkValue(schema, plainOf(tree), path, this.findings) as Section)
  }

  get complaints(): string {
    return sortProblems(this.findings.problems).map(formatProblem).join('\n') || 'sound'
  }
}

type Told<Configuration> = Resolved<Configuration> & { readonly complaints: string }

const provides: ClusterProvides = { clientCa: 'cluster-ca', kubeletClientCertificate: 'apiserver-kubelet-client' }

/** `flags` is a map in one line: `{ insecure-port: 0 }`. */
export function apiserver(minor: number, flags = '{}') {
  const written = new Written(`cluster:\n  apiserver:\n    flags: ${flags}\n`)
  const path = ['cluster', 'apiserver', 'flags']
  const section = written.read<ApiserverFlags>(apiserverFlagsSchema, path) ?? {}
  const context = { path, originOf: written.originOf, provides }
  return told(resolveApiserver(section, kubernetesVersion(minor), context, written.findings), written)
}

/** `kubelet` is what stands under `cluster.kubelet`, in one line. */
export function kubelet(minor: number, kubeletText = '{}', given = provides) {
  const written = new Written(`cluster:\n  kubelet: ${kubeletText}\n`)
  const path = ['cluster', 'kubelet']
  const setUp = {
    flags: written.read<KubeletFlags>(kubeletFlagsSchema, [...path, 'flags']),
    config: written.read<KubeletConfigSection>(kubeletConfigSchema, [...path, 'config']),
  }
  const context = { path, originOf: written.originOf, provides: given }
  return told(resolveKubelet(setUp, kubernetesVersion(minor), context, written.findings), written)
}

export function controllerManager(minor: number, flags = '{}') {
  const written = new Written(`cluster:\n  controller-manager:\n    flags: ${flags}\n`)
  const path = ['cluster', 'controller-manager', 'flags']
  const section = written.read<ControllerManagerFlags>(controllerManagerFlagsSchema, path) ?? {}
  const context = { path, originOf: written.originOf }
  return told(resolveControllerManager(section, kubernetesVersion(minor), context, written.findings), written)
}

function told<Configuration>(resolved: Resolved<Configuration>, { complaints }: Written): Told<Configuration> {
  return { ...resolved, complaints }
}
