import { APISERVER_FLAGS } from '../../cluster/flags/apiserver-flags.ts'
import { type Benchmark, benchmarkOn, numberIn } from '../../cluster/flags/cis-benchmark.ts'
import { type Flag, type Flags, flagsOf } from '../../cluster/flags/flag.ts'
import { type AuditOutput, describeKubeBench, passesKubeBench } from '../../cluster/flags/kube-bench-test.ts'
import { KUBELET_FIELDS } from '../../cluster/flags/kubelet-fields.ts'
import type { KubescapeControl } from '../../cluster/flags/kubescape-control.ts'
import type { ScannerResult } from '../../measure/scanner-result.ts'
import type { BuildContext } from '../build/context.ts'
import { valueInForce } from '../build/kubelet.ts'
import type { KubeletSetUp } from '../build/kubelet-set-ups.ts'
import type { ProgramRun } from '../programs/program-run.ts'
import { textAt } from '../tree-values.ts'
import { scanRbac } from './scan-rbac.ts'

/** Returns the results that kube-bench and kubescape would give for the imported files. */
export function scan(context: BuildContext, setUps: readonly KubeletSetUp[]): readonly ScannerResult[] {
  const platform = context.profile.benchmark
  const benchmark = platform === null ? null : benchmarkOn(platform, context.version.minor)
  const [run] = context.runsOf('kube-apiserver')
  const isWhole = run !== undefined && run.record !== 'configuration'
  return [
    ...(isWhole ? scanApiserver(run, benchmark) : []),
    ...setUps.flatMap((setUp) => scanKubelet(setUp, benchmark, context)),
    ...scanRbac(context, benchmark),
  ]
}

interface Where extends Pick<ScannerResult, 'program' | 'machine' | 'at' | 'isReported'> {
  /** Returns the weakness that a kubelet flag represents. */
  readonly weaknessOf: (flag: Flag, about: string | undefined) => string | null
}

function scanApiserver(run: ProgramRun, benchmark: Benchmark | null): ScannerResult[] {
  const where: Where = { program: 'kube-apiserver', machine: '', at: run.at, isReported: false, weaknessOf: () => null }
  const output: AuditOutput = { commandLine: lineOf('kube-apiserver', run.words), fieldOf: () => null }
  return [
    ...byKubeBench(APISERVER_FLAGS, output, benchmark, where),
    ...flagsOf(APISERVER_FLAGS).flatMap(([, flag]) => {
      // It looks at pods, so an apiserver without a pod is skipped.
      const words = run.pod
      return words === null
        ? []
        : (flag.kubescape ?? []).flatMap((control) =>
            control.on === 'kube-apiserver' ? [ofKubescape(flag, control, control.fails(words), where)] : [],
          )
    }),
  ]
}

function scanKubelet(setUp: KubeletSetUp, benchmark: Benchmark | null, context: BuildContext): ScannerResult[] {
  const { words, isWhole, found: file, machine, at } = setUp
  if (at === null || !isWhole) return []
  const weaknessOf: Where['weaknessOf'] = (flag, about) =>
    flag.weakness?.(valueInForce(setUp, flag, context), about) ?? null
  const where: Where = { program: 'kubelet', machine, at, isReported: false, weaknessOf }
  const commandLine = lineOf('kubelet', words)
  const fieldOf = (field: string) => (file === null ? null : textAt(file.tree, field.split('.')))
  return [
    ...byKubeBench(KUBELET_FIELDS, { commandLine, fieldOf }, benchmark, where),
    ...flagsOf(KUBELET_FIELDS).flatMap(([, flag]) =>
      (flag.kubescape ?? []).flatMap((control) =>
        control.on === 'kubelet'
          ? [ofKubescape(flag, control, control.fails(commandLine, file === null ? null : { fieldOf }), where)]
          : [],
      ),
    ),
  ]
}

function lineOf(program: string, words: readonly { readonly text: string }[]): string {
  return [program, ...words.map(({ text }) => text)].join(' ')
}

function byKubeBench(
  flags: Flags,
  output: AuditOutput,
  benchmark: Benchmark | null,
  { weaknessOf, ...where }: Where,
): ScannerResult[] {
  if (benchmark === null) return []
  return flagsOf(flags).flatMap(([, flag]) =>
    (flag.cis ?? []).flatMap((check): ScannerResult[] => {
      const found = numberIn(check, benchmark)
      if (found === null) return []
      const status = passesKubeBench(check.test, output) ? 'PASS' : found.isManual ? 'WARN' : 'FAIL'
      return [
        {
          tool: 'kube-bench',
          id: found.number,
          benchmark: benchmark.name,
          status,
          asks: describeKubeBench(check.test),
          flag: flag.name,
          about: check.about ?? null,
          weakness: weaknessOf(flag, check.about),
          ...where,
        },
      ]
    }),
  )
}

function ofKubescape(
  flag: Flag,
  { id, asks, about }: KubescapeControl,
  fails: boolean,
  { weaknessOf, ...where }: Where,
): ScannerResult {
  return {
    tool: 'kubescape',
    id,
    benchmark: null,
    status: fails ? 'FAIL' : 'PASS',
    asks,
    flag: flag.name,
    about: about ?? null,
    weakness: weaknessOf(flag, about),
    ...where,
  }
}
