import type { z } from 'zod'
import { APISERVER_FLAGS } from '../../src/cluster/flags/apiserver-flags.ts'
import { CONTROLLER_MANAGER_FLAGS } from '../../src/cluster/flags/controller-manager-flags.ts'
import type { ClusterProvides } from '../../src/cluster/flags/flag.ts'
import { kubernetesVersion } from '../../src/cluster/versions/kubernetes-version.ts'
import { type Resolved, resolveFlags, resolveKubelet } from '../../src/scenario/configuration/resolve-configuration.ts'
import { writtenKubelet, writtenPrograms } from '../../src/scenario/configuration/written-flags.ts'
import { formatProblem } from '../../src/scenario/problems/format-problem.ts'
import { sortProblems } from '../../src/scenario/problems/problem.ts'
import { SourceText } from '../../src/scenario/problems/source-text.ts'
import { checkValue } from '../../src/scenario/schema/check-schema.ts'
import {
  apiserverFlagsSchema,
  controllerManagerFlagsSchema,
  kubeletConfigSchema,
  kubeletFlagsSchema,
} from '../../src/scenario/schema/cluster-flags.ts'
import { Findings } from '../../src/scenario/tree/findings.ts'
import { plainOf, positionAt, type TreePath, treeAt } from '../../src/scenario/tree/tree.ts'
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
      const { source, start } = positionAt(this.#tree, path)
      const { line, column } = source.positionOf(start)
      return `${source.file}:${line}:${column}`
    }
  }

  read(schema: z.ZodType<Record<string, unknown>>, path: TreePath): Record<string, unknown> | undefined {
    const tree = treeAt(this.#tree, path)
    if (tree === undefined) return undefined
    const value = plainOf(tree)
    checkValue(schema, value, path, this.findings)
    return schema.safeParse(value).data
  }

  context(minor: number, given = provides) {
    const { originOf, findings } = this
    return { version: kubernetesVersion(minor), provides: given, originOf, findings }
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
  const { apiserver: program } = writtenPrograms({
    apiserver: { flags: written.read(apiserverFlagsSchema, ['cluster', 'apiserver', 'flags']) },
  })
  return told(resolveFlags(APISERVER_FLAGS, program, written.context(minor)), written)
}

/** `kubelet` is what stands under `cluster.kubelet`, in one line. */
export function kubelet(minor: number, kubeletText = '{}', given = provides) {
  const written = new Written(`cluster:\n  kubelet: ${kubeletText}\n`)
  const section = {
    flags: written.read(kubeletFlagsSchema, ['cluster', 'kubelet', 'flags']),
    config: written.read(kubeletConfigSchema, ['cluster', 'kubelet', 'config']),
  }
  const program = writtenKubelet({ path: ['cluster', 'kubelet'], section })
  return told(resolveKubelet(program, written.context(minor, given)), written)
}

export function controllerManager(minor: number, flags = '{}') {
  const written = new Written(`cluster:\n  controller-manager:\n    flags: ${flags}\n`)
  const { controllerManager: program } = writtenPrograms({
    'controller-manager': {
      flags: written.read(controllerManagerFlagsSchema, ['cluster', 'controller-manager', 'flags']),
    },
  })
  return told(resolveFlags(CONTROLLER_MANAGER_FLAGS, program, written.context(minor)), written)
}

function told<Configuration>(resolved: Resolved<Configuration>, { complaints }: Written): Told<Configuration> {
  return { ...resolved, complaints }
}
