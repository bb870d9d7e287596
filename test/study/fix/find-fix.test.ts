import { describe, expect, test } from 'vitest'
import type { FixResult } from '../../../src/measure/fix.ts'
import { scalarAt } from '../../../src/scenario/tree/tree.ts'
import { type CheckPlan, type CheckScope, readCheck } from '../../../src/study/check/read-check.ts'
import { candidatesFor } from '../../../src/study/fix/candidates.ts'
import { changeKey } from '../../../src/study/fix/change.ts'
import { findFixParts } from '../../../src/study/fix/find-fix.ts'
import type { FixOptions } from '../../../src/study/fix/fix-task.ts'
import { type Fixable, scenarioFixable } from '../../../src/study/fix/fixable.ts'
import { readPatched } from '../../../src/study/fix/verify-fix.ts'
import { simulateAll } from '../../../src/study/simulator/simulate-all.ts'
import { ON_THE_LINK, type RuledCluster, simulatorBy, UNVERIFIED } from '../../fixtures/ruled-cluster.ts'

/**
 * An inline attacker impersonates kubelets that nobody verifies. Verification needs certificates, and these an
 * approver.
 */
const RULES: RuledCluster = {
  outcomesOf: ({ paths }, path, { vantage }) =>
    vantage === 'inline' && paths.some(({ declared, tls }) => declared === path && tls?.verify === 'none')
      ? ['impersonated', 'read']
      : ['no-effect'],
  failureOf: ({ cluster, paths }) => {
    if (cluster?.nodes.some(({ isServingPending }) => isServingPending)) return 'no certificate to show'
    const isIssued = cluster?.nodes.every(({ kubelet }) => kubelet.serverTlsBootstrap)
    return paths.some(({ tls }) => tls?.verify === 'ca') && isIssued !== true ? 'certificate refused' : null
  },
  p50Ms: ({ paths }) => (paths.some(({ tls }) => tls?.verify === 'ca') ? 63 : 60),
}
const [CA, TLS, APPROVER, ANONYMOUS, ROTATE] = [
  'kubelet-certificate-authority',
  'serverTLSBootstrap',
  'approver',
  'anonymous-auth',
  'rotateCertificates',
]

interface Case {
  readonly text?: string
  readonly rules?: RuledCluster
  /** The changes that the reader can make, by parts of their keys. */
  readonly own?: readonly string[]
  readonly fixable?: (fixable: Fixable) => Partial<Fixable>
  readonly plan?: (plan: CheckPlan) => CheckPlan
  readonly write?: FixOptions['write']
  readonly scope?: CheckScope
}

/** Finds the fix of a cluster that is checked for attackers who impersonate servers. */
async function fixOf(given: Case): Promise<FixResult> {
  return (await partsOf(given)).result
}

/** The same, with its changes. */
async function partsOf({
  text = UNVERIFIED,
  rules = RULES,
  own = [],
  write,
  scope = { ...ON_THE_LINK, paths: null },
  ...more
}: Case): ReturnType<typeof findFixParts> {
  const source = { file: 'a.yaml', text }
  const { simulator } = simulatorBy(rules)
  const read = readCheck(source, {}, scope)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  const plan = more.plan?.(read.plan) ?? read.plan
  const scenarios = plan.probes.map(({ scenario }) => scenario)
  const simulated = await simulateAll(scenarios, simulator)
  const isOwn = (key: string) => own.some((part) => key.includes(part))
  const whoCan: Fixable['whoCan'] = (change) => (isOwn(changeKey(change)) ? null : 'the provider')
  const plain: Fixable = { ...scenarioFixable(source), whoCan }
  const fixable = { ...plain, ...more.fixable?.(plain) }
  return findFixParts(fixable, plan, simulated.results, { today: '2027-01-15', write }, simulator)
}

const ofLogs = { workload: 'logs', path: 'logs', completed: 0, of: 4 }
const FIXED = UNVERIFIED.replace(
  '{ flags: { auth',
  '{ flags: { kubelet-certificate-authority: cluster-ca, auth',
).replace('{ mode: Webhook }\n', '{ mode: Webhook }\n      serverTLSBootstrap: true\n    server-certificate: issued\n')

/** Nothing is left to hand, no file is missing, and no workload fails. */
const NONE = { byHand: 0, unseen: [], failing: [] }

describe('a fix of a cluster', () => {
  test('some of its changes are tried: what stays open, what fails, and what they are in the scenario', async () => {
    const { parts } = await partsOf({ own: [CA, TLS, APPROVER] })
    const openAfter = async (...steps: number[]) => (await parts?.tried(steps))?.open.length
    expect([await openAfter(), await openAfter(0), await openAfter(0, 1), await openAfter(0, 1, 2)]).toEqual([
      1, 1, 1, 0,
    ])
    expect((await parts?.tried([1]))?.broken).toEqual([{ ...ofLogs, reason: 'no certificate to show' }])
    expect((await parts?.tried([0, 2]))?.broken).toEqual([{ ...ofLogs, reason: 'certificate refused' }])
    expect(parts?.assignments([0, 2]).map(({ path }) => path.join('.'))).toEqual([
      'cluster.apiserver.flags.kubelet-certificate-authority',
    ])
    expect(parts?.assignments([0, 1]).map(({ path, value }) => [path.join('.'), value])).toEqual([
      ['cluster.kubelet.config.serverTLSBootstrap', true],
      ['cluster.kubelet.server-certificate', 'issued'],
    ])
  })

  test('a fix of a cluster has its steps in order, each with its need, cost and place, and is checked again', async () => {
    const fix = await fixOf({ own: [CA, TLS, APPROVER] })
    const figures = (p50Ms: number, cpuUs = 12.34) => ({ p50Ms, p99Ms: 2 * p50Ms, throughputMbps: 0.1208, cpuUs })
    expect(fix).toEqual({
      scenario: 'a',
      kubernetes: '1.30',
      policy: ['never privilege, credential, relayed, impersonated, modified, read'],
      findings: 1,
      closed: 1,
      steps: [
        {
          change: expect.stringMatching(/^install an approver/),
          program: 'cluster',
          flag: null,
          before: null,
          after: null,
          without: { findings: 0, broken: [{ ...ofLogs, reason: 'no certificate to show' }], isRefused: false },
          costs: [],
          breaks: null,
          places: [],
        },
        {
          change: expect.stringMatching(/^kubelets: serverTLSBootstrap: true/),
          program: 'kubelet',
          flag: TLS,
          before: false,
          after: true,
          without: { findings: 0, broken: [{ ...ofLogs, reason: 'certificate refused' }], isRefused: false },
          costs: [],
          breaks: expect.stringMatching(/^a kubelet serves nothing/),
          places: [{ file: 'a.yaml', what: 'cluster.kubelet.config.serverTLSBootstrap: true' }],
        },
        {
          change: 'kube-apiserver: --kubelet-certificate-authority=cluster-ca',
          program: 'kube-apiserver',
          flag: CA,
          before: null,
          after: 'cluster-ca',
          without: { findings: 1, broken: [], isRefused: false },
          costs: [{ workload: 'logs', before: figures(60), after: figures(63) }],
          breaks: expect.stringMatching(/^logs, exec/),
          places: [{ file: 'a.yaml', what: 'cluster.apiserver.flags.kubelet-certificate-authority: cluster-ca' }],
        },
      ],
      minimality: 'no-part',
      wrongOrders: [
        { first: TLS, before: 'the approver', broken: [{ ...ofLogs, reason: 'no certificate to show' }] },
        { first: `--${CA}`, before: TLS, broken: [{ ...ofLogs, reason: 'certificate refused' }] },
      ],
      open: [],
      partial: [],
      others: [],
      unmodelled: [],
      patches: [{ file: 'a.yaml', diff: expect.stringContaining('\n+      serverTLSBootstrap: true\n'), isNew: false }],
      byHand: [],
      tried: { changes: 3, sets: expect.any(Number), simulations: expect.any(Number) },
      verification: { by: 'scenario', holds: true, passed: true, problems: [], ...NONE, written: false },
    })
  })

  test('a fix of a cluster is empty if no change of the owner helps, and names who could make others', async () => {
    const fix = await fixOf({ own: [ANONYMOUS, APPROVER] })
    expect(fix).toMatchObject({
      findings: 1,
      closed: 0,
      steps: [],
      minimality: null,
      open: [
        {
          path: 'logs',
          outcomes: ['impersonated', 'read'],
          attackers: ['inline impersonate-server'],
          why: 'path D, tls 1.3, unverified, client certificate: none of 2 changes of flags closes it without breaking what works',
        },
      ],
      others: [
        { change: expect.stringMatching(/^install an approver/), who: 'you', findings: 0 },
        { change: expect.stringMatching(/^kubelets: serverTLSBootstrap/), who: 'the provider', findings: 0 },
        { change: `kube-apiserver: --${CA}=cluster-ca`, who: 'the provider', findings: 1 },
      ],
      patches: [],
      byHand: [],
      verification: { by: 'nothing', holds: true, passed: false, problems: [], ...NONE, written: false },
    })
    expect(fix.tried.changes).toBe(2)
  })

  test('a fix of a cluster names nobody else if nothing stays open', async () => {
    const rules: RuledCluster = { outcomesOf: () => ['no-effect'] }
    expect(await fixOf({ rules, own: [CA] })).toMatchObject({ findings: 0, closed: 0, open: [], others: [], steps: [] })
  })

  test('a fix of a scenario without a cluster is empty', async () => {
    const text = `version: 1
hosts: { a: {}, b: {} }
links: { wan: { between: [a, b], profile: public-network } }
paths: { logs: { kind: custom, from: a, to: b } }
workloads: { logs: { path: logs, kind: requests, response: 1000B, requests: 4 } }
`
    expect(await fixOf({ text })).toEqual({
      scenario: 'a',
      kubernetes: null,
      policy: ['never privilege, credential, relayed, impersonated, modified, read'],
      findings: 0,
      closed: 0,
      steps: [],
      minimality: null,
      wrongOrders: [],
      open: [],
      partial: [],
      others: [],
      unmodelled: [],
      patches: [],
      byHand: ['the scenario has no section cluster, so that there are no flags to change'],
      tried: { changes: 0, sets: 0, simulations: 0 },
      verification: { by: 'nothing', holds: true, passed: false, problems: [], ...NONE, written: false },
    })
  })

  test('a fix of a cluster shows paths that are not modelled, with what no flag prevents there', async () => {
    const unmodelled = [
      { path: 'x', reason: 'no model' },
      { path: 'y', reason: 'the remotedialer of k3s' },
    ]
    const plan = (known: CheckPlan): CheckPlan => ({ ...known, matrix: { ...known.matrix, unmodelled } })
    const rules: RuledCluster = { outcomesOf: () => ['no-effect'] }
    expect((await fixOf({ rules, own: [CA], plan })).unmodelled).toEqual([
      { path: 'x', reason: 'no model' },
      {
        path: 'y',
        reason: 'the remotedialer of k3s; no flag stops a rogue node there that takes the address of another',
      },
    ])
  })
})

/** Attackers read until anonymous requests are refused, or until certificates rotate. */
const EITHER: RuledCluster = {
  outcomesOf: ({ cluster }, _, { vantage }) => {
    const [{ kubelet }] = cluster?.nodes ?? []
    const isClosed = cluster?.apiserver.configuration.anonymousAuth === false || kubelet.rotateCertificates
    return vantage === 'inline' && !isClosed ? ['read'] : ['no-effect']
  },
}

describe('the changes of a fix', () => {
  test('the changes of a fix list workload figures that differ by more than half a per cent, and no others', async () => {
    const costsWith = async (p50Ms: number) => {
      const rules: RuledCluster = {
        ...EITHER,
        p50Ms: ({ cluster }) => (cluster?.apiserver.configuration.anonymousAuth === false ? p50Ms : 100),
      }
      const { steps } = await fixOf({ rules, own: [ANONYMOUS] })
      return steps.map(({ costs }) => costs.map(({ before, after }) => [before.p50Ms, after.p50Ms]))
    }
    expect(await costsWith(100.5)).toEqual([[]])
    expect(await costsWith(100.502)).toEqual([[]])
    expect(await costsWith(100.6)).toEqual([[[100, 100.6]]])
    expect(await costsWith(99)).toEqual([[[100, 99]]])
  })

  test('the changes of a fix that weaker attackers bypass are named, and not made', async () => {
    const rules: RuledCluster = {
      outcomesOf: (blueprint, path, attacker) =>
        attacker.vantage === 'blind' ? ['read'] : EITHER.outcomesOf(blueprint, path, attacker),
    }
    const { steps, partial, open } = await fixOf({ rules, own: [ANONYMOUS] })
    expect([steps, partial]).toEqual([[], [{ change: 'kube-apiserver: --anonymous-auth=false', paths: ['logs'] }]])
    expect(open.map(({ attackers }) => attackers)).toEqual([['blind impersonate-server', 'inline impersonate-server']])
  })

  test('the changes of a fix leave causes behind the apiserver together with its path', async () => {
    const alice = 'users: { alice: { rules: [{ verbs: ["*"], resources: ["*"] }] } }\n  pods: { web: {} }'
    const text = UNVERIFIED.replace('nodes: 1', `nodes: 1\n  ${alice}`)
      .replace('paths: {', 'paths: { users: { kind: user-apiserver },')
      .replace('workloads: {', 'workloads: { users: { path: users, kind: logs, response: 1000B, requests: 4 },')
    const rules: RuledCluster = {
      ...RULES,
      outcomesOf: (blueprint, path, attacker) =>
        path === 'users' && attacker.vantage === 'inline' ? ['read'] : RULES.outcomesOf(blueprint, path, attacker),
    }
    // Before the changes, that is that the apiserver does not verify kubelet certificates.
    const { open } = await fixOf({ text, rules, own: [CA, TLS, APPROVER] })
    expect(open.map(({ path, why }) => [path, why])).toEqual([['users', expect.stringMatching(/^tls 1.3, /)]])
  })

  test('the changes of a fix name the file of a flag if the changed files have one', async () => {
    const named = (what: string) =>
      fixOf({
        own: [CA, TLS, APPROVER],
        fixable: ({ patch }) => ({
          patch: (changes, setUp) => {
            const patched = patch(changes, setUp)
            return { ...patched, places: changes.map(() => [{ file: 'apiserver.yaml', what }]) }
          },
        }),
      })
    const { steps } = await named('--kubelet-certificate-authority=/etc/kubernetes/pki/ca.crt')
    expect(steps[2].change).toBe('kube-apiserver: --kubelet-certificate-authority=/etc/kubernetes/pki/ca.crt')
    expect(steps[0].change).toMatch(/kubelet-serving\)$/)
    const other = await named('--kubelet-certificate-authority=cluster')
    expect(other.steps[2].change).toBe('kube-apiserver: --kubelet-certificate-authority=cluster-ca')
  })

  test('the changes of a fix exclude one that opens a finding elsewhere, if another suffices', async () => {
    const rules: RuledCluster = {
      outcomesOf: (blueprint, path, attacker) => {
        const isOpened = blueprint.cluster?.apiserver.configuration.anonymousAuth === false
        return isOpened && attacker.vantage === 'side' ? ['relayed'] : EITHER.outcomesOf(blueprint, path, attacker)
      },
    }
    const both = await fixOf({ rules, own: [ANONYMOUS, ROTATE] })
    expect(both.steps.map(({ flag }) => flag)).toEqual([ROTATE])
    expect(both.verification).toMatchObject({ holds: true, passed: true, problems: [] })
    const alone = await fixOf({ rules, own: [ANONYMOUS] })
    expect([alone.steps, alone.open.map(({ path }) => path)]).toEqual([[], ['logs']])
  })
})

test('changes that together open a finding are tried without the unneeded one', async () => {
  const isOn = (blueprint: Parameters<RuledCluster['outcomesOf']>[0]) => [
    blueprint.cluster?.apiserver.configuration.anonymousAuth === false,
    blueprint.cluster?.nodes[0].kubelet.rotateCertificates === true,
  ]
  const text = UNVERIFIED.replace('paths: {', 'paths: { more: { kind: apiserver-kubelet },').replace(
    'workloads: {',
    'workloads: { more: { path: more, kind: logs, response: 1000B, requests: 4 },',
  )
  // Each change closes a path; together they let others relay. The certificates of kubelets close the second one too.
  const rules: RuledCluster = {
    outcomesOf: (blueprint, path, { vantage }) => {
      const [isAnonymousOff, isRotating] = isOn(blueprint)
      if (vantage === 'side') return isAnonymousOff && isRotating ? ['relayed'] : ['no-effect']
      const isClosed = path === 'logs' ? isAnonymousOff : isRotating
      return vantage === 'inline' && !isClosed ? ['read'] : ['no-effect']
    },
  }
  const fix = await fixOf({ text, rules, own: [ANONYMOUS, ROTATE] })
  expect(fix.verification).toMatchObject({ holds: true, passed: false, problems: [] })
  expect([fix.steps.length, fix.closed, fix.findings]).toEqual([1, 1, 2])
})

test('a change that does not contribute to a finding opened by others is kept', async () => {
  const names = ['more', 'also']
  const text = UNVERIFIED.replace(
    'paths: {',
    `paths: { ${names.map((name) => `${name}: { kind: apiserver-kubelet }`).join(', ')},`,
  ).replace(
    'workloads: {',
    `workloads: { ${names.map((name) => `${name}: { path: ${name}, kind: logs, response: 1000B, requests: 4 }`).join(', ')},`,
  )
  const rules: RuledCluster = {
    outcomesOf: ({ cluster }, path, { vantage }) => {
      const isAnonymousOff = cluster?.apiserver.configuration.anonymousAuth === false
      const isRotating = cluster?.nodes[0].kubelet.rotateCertificates === true
      const isBootstrapping = cluster?.nodes[0].kubelet.serverTlsBootstrap === true
      if (vantage === 'side') return isBootstrapping && isRotating ? ['relayed'] : ['no-effect']
      const isClosed = path === 'logs' ? isAnonymousOff : path === 'more' ? isRotating : isBootstrapping
      return vantage === 'inline' && !isClosed ? ['read'] : ['no-effect']
    },
  }
  const fix = await fixOf({ text, rules, own: [ANONYMOUS, ROTATE, TLS] })
  expect(fix.verification).toMatchObject({ holds: true, passed: false, problems: [] })
  expect([fix.steps.map(({ flag }) => flag), fix.closed, fix.findings]).toEqual([[ANONYMOUS, TLS], 2, 3])
})

describe('plans whose files do not do what was planned', () => {
  /** Attackers read until one of three changes is made. */
  const anyOf = (opens: boolean): RuledCluster => ({
    outcomesOf: ({ cluster }, _, { vantage }) => {
      const [{ kubelet }] = cluster?.nodes ?? []
      const isAnonymousOff = cluster?.apiserver.configuration.anonymousAuth === false
      const isClosed = isAnonymousOff || kubelet.rotateCertificates || kubelet.serverTlsBootstrap
      if (vantage === 'side') return opens && isClosed ? ['relayed'] : ['no-effect']
      return vantage === 'inline' && !isClosed ? ['read'] : ['no-effect']
    },
  })
  const own = [ANONYMOUS, ROTATE, TLS]

  test('plans whose files have no effect are made again without their only change, up to three', async () => {
    const planned: string[][] = []
    const fix = await fixOf({
      rules: anyOf(false),
      own,
      fixable: ({ patch, source }) => ({
        patch: (changes, setUp) => {
          planned.push(changes.map((change) => (change.kind === 'flag' ? change.flag.name : change.kind)))
          return { ...patch(changes, setUp), source: { ...source, text: 'version: 1\nnodes: 3\n' } }
        },
      }),
    })
    expect(planned).toEqual([[ANONYMOUS], [ROTATE], [TLS]])
    expect(fix.steps.map(({ flag }) => flag)).toEqual([TLS])
    expect(fix.verification).toMatchObject({ holds: false, problems: ['the result is no valid scenario'] })
  })

  test('plans are made again without a change whose files break a workload', async () => {
    const { steps, verification } = await fixOf({
      rules: { ...RULES, ...anyOf(false) },
      own: [ANONYMOUS, ROTATE],
      fixable: ({ patch }) => ({
        patch: (changes, setUp) => {
          const patched = patch(changes, setUp)
          if (changes.every((change) => !changeKey(change).includes(ANONYMOUS))) return patched
          const text = patched.source.text.replace('{ flags: {', `{ flags: { ${CA}: cluster-ca,`)
          return { ...patched, source: { ...patched.source, text } }
        },
      }),
    })
    expect(steps.map(({ flag }) => flag)).toEqual([ROTATE])
    expect(verification).toMatchObject({ holds: true, passed: true, problems: [] })
  })

  test('plans are shown with the findings that they open, if every plan opens one', async () => {
    const fix = await fixOf({ rules: anyOf(true), own })
    expect([fix.steps.map(({ flag }) => flag), fix.closed, fix.open]).toEqual([[TLS], 1, []])
    expect(fix.verification).toMatchObject({
      holds: false,
      passed: false,
      problems: ['new: side impersonate-server on logs against node-1'],
    })
  })
})

describe('the check of the changed files', () => {
  const patchedTo = (text: string): Case => ({
    own: [CA, TLS, APPROVER],
    fixable: ({ patch, source }) => ({
      by: 'import',
      patch: (changes, setUp) => ({ ...patch(changes, setUp), source: { ...source, text }, byHand: ['look'] }),
    }),
  })
  const verified = async (text: string, write?: FixOptions['write']) => {
    const { verification, byHand } = await fixOf({ ...patchedTo(text), write })
    expect(byHand).toEqual(['look'])
    return verification
  }

  test('the check of changed files passes if they do what was planned', async () => {
    const passed = { by: 'import', holds: true, passed: true, problems: [], ...NONE, written: false }
    expect(await verified(FIXED)).toEqual(passed)
  })

  test('the check of changed files fails if a finding is open or workloads fail, and nothing is written', async () => {
    const write: FixOptions['write'] = () => {
      throw new Error('nothing is to be written')
    }
    const failed = { by: 'import', holds: false, passed: false, ...NONE, written: false }
    const who = 'inline impersonate-server on logs against node-1'
    expect(await verified(UNVERIFIED, write)).toEqual({ ...failed, problems: [`still open: ${who}`] })
    const onlyCa = FIXED.replace('serverTLSBootstrap: true', 'serverTLSBootstrap: false')
    expect(await verified(onlyCa, write)).toEqual({
      ...failed,
      problems: ['logs: 0 of 4 requests complete (certificate refused)'],
    })
    expect(await verified('version: 1\nnodes: 3\n', write)).toEqual({
      ...failed,
      problems: ['the result is no valid scenario'],
    })
  })

  test('the check of changed files fails if the attack no longer fits them', async () => {
    const text = `version: 1
name: forger
attackers:
  forger: { on: the link that it crosses, vantage: inline, plan: [{ technique: tamper, path: the kubelet path }] }
`
    const attacks = [{ name: 'forger', source: { file: 'forger.yaml', text } }]
    const { verification } = await fixOf({
      ...patchedTo(
        FIXED.replace('apiserver-kubelet', 'kubelet-apiserver')
          .replace('kind: logs', 'kind: heartbeat')
          .replace(', response: 1000B', ''),
      ),
      scope: { ...ON_THE_LINK, places: null, techniques: null, attacks, areNamed: true },
    })
    expect(verification).toMatchObject({ holds: false, passed: false, problems: ['the result is no valid scenario'] })
  })

  test('the check of changed files reads no scenario with problems, or without a cluster', () => {
    const read = (text: string, set: readonly string[] = []) =>
      readPatched({ source: { file: 'a.yaml', text }, unmade: [] }, { set })
    expect(read(UNVERIFIED)?.setUp.apiserver.configuration.anonymousAuth).toBe(true)
    expect(
      read(UNVERIFIED, ['cluster.apiserver.flags.anonymous-auth=false'])?.setUp.apiserver.configuration.anonymousAuth,
    ).toBe(false)
    for (const text of [
      '',
      'a: [',
      `${UNVERIFIED}seed: 1\nseed: 2\n`,
      'version: 1\nhosts: { a: {} }\n',
      'version: 2\n',
    ])
      expect([text, read(text)]).toEqual([text, null])
    expect(read(UNVERIFIED, ['nothing'])).toBe(null)
  })

  test('the check of changed files includes changes that no file has as if they were made', () => {
    const source = { file: 'a.yaml', text: UNVERIFIED }
    const before = readPatched({ source, unmade: [] }, {})
    const unmade = candidatesFor(before!.setUp).filter((change) => changeKey(change).includes(ANONYMOUS))
    const after = readPatched({ source, unmade }, {})
    expect(after?.setUp.apiserver.configuration.anonymousAuth).toBe(false)
    expect(scalarAt(after!.tree, ['cluster', 'apiserver', 'flags', ANONYMOUS])).toBe(false)
  })

  test('the check of changed files writes them if it passes, and compares them with what is read again', async () => {
    const seen: unknown[] = []
    const own = [CA, TLS, APPROVER]
    const write: FixOptions['write'] = (before, after) => {
      seen.push(before, after)
      return { written: after }
    }
    const { verification } = await fixOf({ own, write })
    expect(verification).toEqual({ by: 'scenario', holds: true, passed: true, problems: [], ...NONE, written: true })
    expect(seen).toEqual([[{ path: 'a.yaml', text: UNVERIFIED }], [{ path: 'a.yaml', text: FIXED }]])
    const other = await fixOf({ own, write: (_, after) => ({ written: after.map((file) => ({ ...file, text: '' })) }) })
    expect(other.verification).toEqual({
      by: 'scenario',
      holds: false,
      passed: false,
      problems: ['the files on the disk are not what was written'],
      ...NONE,
      written: true,
    })
  })

  test('the check of changed files simulates a single change that no file has as if made by hand', async () => {
    const nowhere: Case['fixable'] = ({ source }) => ({
      by: 'import',
      patch: (changes) => ({ files: [], source, places: changes.map(() => []), byHand: ['set it'], unmade: changes }),
    })
    const fix = await fixOf({ rules: EITHER, own: [ANONYMOUS], fixable: nowhere })
    expect([fix.steps.map(({ flag }) => flag), fix.closed, fix.open, fix.byHand]).toEqual([
      [ANONYMOUS],
      1,
      [],
      ['set it'],
    ])
    expect(fix.verification).toEqual({
      by: 'import',
      holds: true,
      passed: true,
      problems: [],
      ...NONE,
      byHand: 1,
      written: false,
    })
  })

  test('the check of changed files passes only if nothing forbidden is left', async () => {
    const text = UNVERIFIED.replace('paths: {', 'paths: { more: { kind: apiserver-kubelet },').replace(
      'workloads: {',
      'workloads: { more: { path: more, kind: logs, response: 1000B, requests: 4 },',
    )
    const rules: RuledCluster = {
      outcomesOf: (blueprint, path, attacker) =>
        path === 'more' && attacker.vantage === 'inline' ? ['read'] : EITHER.outcomesOf(blueprint, path, attacker),
    }
    const { verification, open, closed, findings, patches } = await fixOf({ text, rules, own: [ANONYMOUS] })
    expect([findings, closed, open.map(({ path }) => path), patches.length]).toEqual([2, 1, ['more'], 1])
    expect(open).toEqual([
      {
        path: 'more',
        outcomes: ['read'],
        attackers: ['inline impersonate-server'],
        why: 'path D, tls 1.3, unverified, client certificate: the only change of flags that was tried does not close it without breaking what works',
      },
    ])
    expect(verification).toMatchObject({ holds: true, passed: false, problems: [] })
  })

  test('the check of changed files shows new files completely, and no unchanged file', async () => {
    const { patches } = await fixOf({
      own: [CA, TLS, APPROVER],
      fixable: ({ patch, files }) => ({
        files: [...files, { path: 'b.yaml', text: 'b\n' }],
        patch: (changes, setUp) => {
          const patched = patch(changes, setUp)
          const more = ['b', 'c'].map((name) => ({ path: `${name}.yaml`, text: `${name}\n` }))
          return { ...patched, files: [...patched.files, ...more] }
        },
      }),
    })
    expect(patches.map(({ file, isNew }) => [file, isNew])).toEqual([
      ['a.yaml', false],
      ['c.yaml', true],
    ])
  })
})
