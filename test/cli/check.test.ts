import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import type { FixResult, FixVerification } from '../../src/measure/fix.ts'
import { run } from '../../src/simulation/run.ts'
import { isFine } from '../../src/study/check/check.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { type RuledCluster, simulatingBy, UNVERIFIED } from '../fixtures/ruled-cluster.ts'

const simulate: Simulate = async (scenario, { recordPackets }) => run(scenario, { recordPackets })

/** A path in clear and a verified one over the same link. */
const TWO_WAYS = `
version: 1
name: two-ways
hosts: { client: {}, server: {} }
links: { wan: { between: [client, server], delay: 10ms, rate: 100Mbps } }
paths:
  plain: { from: client, to: server, port: 80 }
  sealed: { from: client, to: server, port: 443, tls: { version: 1.3, verify: ca } }
workloads:
  get: { path: plain, requests: 20, response: 1000B }
  get-sealed: { path: sealed, requests: 20, response: 1000B }
`
const CLOSED = TWO_WAYS.replace(/ {2}plain:.*\n/, '').replace(/ {2}get:.*\n/, '')

/** Only attackers on the link: a server without access control responds to every host. */
const ON_THE_LINK = ['--place', 'the link that it crosses']

async function check(stdin: string, ...more: string[]) {
  const { code, out, err } = await invoke(['check', '-', ...more], { stdin, simulate })
  return { code, out, err }
}

async function findingsOf(stdin: string, ...more: string[]) {
  const { code, out } = await check(stdin, '--json', ...more)
  const { passed, checks } = JSON.parse(out)
  return { code, passed, ...checks[0] }
}

describe('check', () => {
  test('check exits with 4 and names the path on which attackers read and forge, not the path that resists', async () => {
    const { code, passed, findings } = await findingsOf(TWO_WAYS, ...ON_THE_LINK)
    expect([code, passed]).toEqual([4, false])
    expect(new Set(findings.map(({ path }: { path: string }) => path))).toEqual(new Set(['plain']))
  })

  test.each(['check', 'matrix'])(
    'check %s says which certificates are missing if a fix breaks a path',
    async (command) => {
      const stdin = `
version: 1
kubernetes: "1.30"
cluster: { nodes: 1, apiserver: { flags: { kubelet-certificate-authority: cluster-ca } } }
paths: { logs: { kind: apiserver-kubelet, to: node-1 } }
workloads: { logs: { path: logs, kind: logs, requests: 3 } }
`
      const { code, err } = await invoke([command, '-', ...ON_THE_LINK, '--vantage', 'inline'], { stdin, simulate })
      expect(code).toBe(0)
      expect(err).toContain('warning[incomplete]: logs, exec, attach, port-forward and nodes/proxy fail')
      expect(err).toContain('hint: missing are certificates of that CA: serverTLSBootstrap: true')
    },
  )

  test('check exits with 0 if every path is verified, although attackers interrupt it', async () => {
    const { code, out } = await check(CLOSED, ...ON_THE_LINK)
    expect(code).toBe(0)
    expect(out).toContain('PASSED: no attacker got what the policy forbids on 1 path (sealed)')
  })

  test('check does not count a path as checked if no attacker reached it', async () => {
    const twice = CLOSED.replace('paths:\n', 'paths:\n  idle: { from: client, to: client, port: 81 }\n')
    const folder = aFolder({
      'a.yaml':
        'attackers: { eve: { on: wan, vantage: passive, plan: [{ technique: eavesdrop, path: [sealed, idle] }] } }',
    })
    const attack = ['--attack', join(folder, 'a.yaml')]
    const { code, out } = await check(twice, ...attack)
    expect(code).toBe(0)
    expect(out).toContain('no attacker reached idle, so nothing was checked there\n')
    expect(out).toContain('PASSED: no attacker got what the policy forbids on 1 path (sealed)')
    const { paths, unreached } = await findingsOf(twice, ...attack)
    expect([paths, unreached]).toEqual([['sealed'], ['idle']])
  })

  test('check prints each attacker, its evidence, and a command that repeats it', async () => {
    const { out } = await check(TWO_WAYS, '--vantage', 'passive')
    expect(out).toContain(
      '  an attacker that observes the link wan reads 12 of 12 messages (eavesdrop on plain, against server); nobody notices\n',
    )
    expect(out).toMatch(/ {4}read: at 2\.02 s, packet \d+ on link\/wan\/\w+: the attacker read a request\n/)
    expect(out).toContain(
      "    repeat: npx onpath check - --path plain --place 'the link that it crosses' --vantage passive --technique eavesdrop\n",
    )
    expect(out).toMatch(
      /FAILED: [^\n]+\nlook: npx onpath matrix - --path plain --place 'the link that it crosses' --vantage passive --technique eavesdrop --report finding\.html\n$/,
    )
  })

  test('the command that check prints for a finding gives the same digest', async () => {
    const { findings } = await findingsOf(TWO_WAYS)
    const first = findings.find(({ technique }: { technique: string }) => technique === 'relay')
    const words = /check - (.*)$/.exec(first.reproduce)?.[1].match(/'[^']*'|\S+/g) ?? []
    const again = await findingsOf(TWO_WAYS, ...words.map((word) => word.replaceAll("'", '')))
    expect(again.findings).toEqual([first])
  })

  test('check prints the same for one simulation at a time and for several', async () => {
    const [one, several] = [await check(TWO_WAYS, '--jobs', '1'), await check(TWO_WAYS, '--jobs', '5')]
    expect(several).toEqual(one)
  })

  test('check simulates attacks that differ only in the name of their attacker once', async () => {
    const attack = (name: string) =>
      `attackers: { ${name}: { on: wan, vantage: inline, plan: [{ technique: relay, path: plain }] } }`
    const folder = aFolder({ 'a.yaml': attack('ann'), 'b.yaml': attack('bob') })
    const named = ['a', 'b'].flatMap((name) => ['--attack', join(folder, `${name}.yaml`)])
    const { simulations, findings } = await findingsOf(TWO_WAYS, ...named)
    expect(simulations).toBe(1)
    expect(findings.map(({ attacker }: { attacker: string }) => attacker)).toEqual(['ann', 'bob'])
  })
})

describe('a permission of a user', () => {
  const MONITOR = `
version: 1
name: monitored
cluster:
  preset: kubeadm-hardened
  users: { monitor: { rules: [{ verbs: [get], resources: [nodes/proxy] }] } }
`
  const AS_MONITOR = ['--place', 'monitor']

  test('check merges a permission on several paths to the apiserver into one finding that names them', async () => {
    const { code, findings, paths } = await findingsOf(MONITOR, ...AS_MONITOR)
    expect(code).toBe(4)
    const named = findings.map(({ paths, victims }: { paths: string[]; victims: string[] }) => [paths, victims])
    // At the port of each kubelet it is another.
    expect(named).toEqual([
      [
        ['components', 'kubelets', 'pods', 'users'],
        ['master', 'node-1', 'node-2', 'node-3', 'web-1', 'web-2', 'web-3', 'alice', 'monitor'],
      ],
      [['logs'], ['node-1']],
      [['logs'], ['node-2']],
      [['logs'], ['node-3']],
    ])
    expect(paths).toEqual(['components', 'kubelets', 'logs', 'pods', 'users'])
  })

  test('check prints a permission once, with the server that responded, and fails all its paths', async () => {
    const folder = aFolder()
    const junit = join(folder, 'check.xml')
    const { out } = await check(MONITOR, ...AS_MONITOR, '--junit', junit)
    const subject = 'the Kubernetes user monitor is allowed to get nodes/proxy on node-1 as monitor'
    expect(out.match(/^\S+: privilege$/gm)).toEqual(['components: privilege', 'logs: privilege'])
    expect(out).toContain(
      `${subject} (direct-request on components, kubelets, pods and users, answered by master:6443); nobody notices`,
    )
    expect(out).toContain(`${subject} (direct-request on logs, against node-1); nobody notices`)
    expect(out).toContain(
      'on 5 of 5 paths attackers get what the policy forbids: components, kubelets, pods, users, logs\n',
    )
    const xml = readFileSync(junit, 'utf8')
    expect(xml).toContain('tests="4" failures="4"')
    expect(xml).toContain('components, kubelets, pods, users: direct-request by user (monitor) against master, node-1')
  })

  test('check finds a permission on each of its paths alone', async () => {
    for (const path of ['components', 'kubelets', 'pods', 'users']) {
      const { code, findings } = await findingsOf(MONITOR, ...AS_MONITOR, '--path', path)
      expect([code, findings.map(({ paths }: { paths: string[] }) => paths)]).toEqual([4, [[path]]])
    }
  })

  test('a permission that is tolerated on one path is one finding on the others', async () => {
    const accepted = `${MONITOR}accept: [{ verdict: privilege by user on components, reason: known, until: 2027-03-01 }]\n`
    const { code, findings } = await findingsOf(accepted, ...AS_MONITOR, '--today', '2027-03-01')
    expect(code).toBe(4)
    expect(
      findings.map(({ paths, isAccepted }: { paths: string[]; isAccepted: boolean }) => [paths.join(), isAccepted]),
    ).toEqual([
      ['components', true],
      ['kubelets,pods,users', false],
      ['logs', false],
      ['logs', false],
      ['logs', false],
    ])
  })
})

describe('an attack that --attack names', () => {
  test('check --attack tries only the named attack, and fails if it succeeds', async () => {
    const open = TWO_WAYS.replace('verify: ca', 'verify: none')
    const file = join(aFolder({ 'false.yaml': inline('impersonate-server') }), 'false.yaml')
    const vulnerable = await findingsOf(open, '--attack', file)
    expect(vulnerable.code).toBe(4)
    expect(vulnerable.findings).toMatchObject([{ attack: file, path: 'sealed', forbidden: ['impersonated', 'read'] }])
    expect((await findingsOf(TWO_WAYS, '--attack', file)).code).toBe(0)
  })

  test('check --attack fails if the scenario has nothing to attack, since nothing was checked', async () => {
    const { code, out } = await check(TWO_WAYS, '--attack', 'unchecked-kubelet')
    expect(code).toBe(4)
    expect(out).toContain('FAILED: no attacker reached anything, so nothing was checked')
  })

  test('check --attack fails if one named attack reaches nothing, even if another does', async () => {
    const file = join(aFolder({ 'drop.yaml': inline('drop') }), 'drop.yaml')
    const { code, out } = await check(TWO_WAYS, '--attack', file, '--attack', 'unchecked-kubelet')
    expect(code).toBe(4)
    expect(out).toContain(
      'FAILED: the attack unchecked-kubelet shows nothing: the scenario has nothing that is "the kubelet path"',
    )
  })

  test('check --attack with an unknown attack is a usage error', async () => {
    const { code, err } = await check(TWO_WAYS, '--attack', 'unchecked-kublet')
    expect([code, err]).toEqual([2, expect.stringContaining('did you mean unchecked-kubelet?')])
  })
})

describe('the policy', () => {
  test('check uses the policy of the scenario, and --policy replaces it', async () => {
    const tolerant = `${TWO_WAYS}policy: no-takeover\n`
    expect((await check(tolerant)).code).toBe(0)
    expect((await check(tolerant, '--policy', 'nothing-of-others')).code).toBe(4)
  })

  test('a policy can forbid an outcome to some vantages on one path', async () => {
    const rule = (text: string) => findingsOf(TWO_WAYS, '--policy', text)
    const side = await rule('never outage, disrupted by side on sealed')
    expect(side.code).toBe(4)
    expect(
      new Set(side.findings.map((one: { path: string; vantage: string }) => `${one.path} ${one.vantage}`)),
    ).toEqual(new Set(['sealed side']))
    expect((await rule('never outage, disrupted by blind, passive on sealed')).code).toBe(0)
  })

  test('a policy with an unknown word is refused with its position', async () => {
    const { code, err } = await check(TWO_WAYS, '--policy', 'never reed')
    expect(code).toBe(3)
    expect(err).toContain('--policy:1:7: error')
    expect(err).toContain('did you mean read?')
    const unknown = await check(`${TWO_WAYS}policy: no-takeovr\n`)
    expect([unknown.code, unknown.err]).toEqual([3, expect.stringContaining('did you mean no-takeover?')])
  })

  test('a policy about a path that nobody reached does not pass', async () => {
    const { code, out } = await check(TWO_WAYS, '--policy', 'never read on sealed', '--path', 'plain')
    expect(code).toBe(4)
    expect(out).toContain('not checked: no attacker reached sealed, which "never read on sealed" is about')
  })
})

describe('accept', () => {
  const accepted = (verdict: string, until = '2027-03-01') =>
    `${TWO_WAYS}accept: [{ verdict: "${verdict}", reason: "internal only", until: ${until} }]\n`
  const ALL = 'read, modified, impersonated, relayed on plain'

  test('accept tolerates a verdict until its last day, and says so', async () => {
    const { code, out } = await check(accepted(ALL), '--today', '2027-03-01', ...ON_THE_LINK)
    expect(code).toBe(0)
    expect(out).toMatch(
      /accepted: read, modified, impersonated, relayed on plain \(internal only, until 2027-03-01\): \d+ findings/,
    )
    const later = await check(accepted(ALL), '--today', '2027-03-02', ...ON_THE_LINK)
    expect(later.code).toBe(4)
    expect(later.out).toContain('no longer accepted: read, modified, impersonated, relayed on plain (internal only')
  })

  test('accept tolerates only the vantage, technique and outcomes that it names', async () => {
    const techniques = async (verdict: string) =>
      (await findingsOf(accepted(verdict), '--vantage', 'inline')).findings
        .filter(({ isAccepted }: { isAccepted: boolean }) => isAccepted)
        .map(({ technique }: { technique: string }) => technique)
    expect(await techniques('read, relayed, impersonated by inline relay on plain')).toEqual(['relay'])
    expect(await techniques('read, impersonated by inline relay on plain')).toEqual([])
    expect(await techniques('read by passive on plain')).toEqual([])
    expect(await techniques('read by eavesdrop on plain')).toEqual(['eavesdrop'])
  })

  test('an accept entry that no verdict needs is reported, so that it can be removed', async () => {
    const unneeded = accepted('privilege on plain')
    expect((await check(unneeded)).out).toContain('accepts nothing any more: privilege on plain (internal only')
  })

  test('an accept entry without a subject is refused', async () => {
    const { code, err } = await check(accepted('read by pasive on plain'))
    expect([code, err]).toEqual([3, expect.stringContaining('no attacker, vantage or technique is named pasive')])
  })
})

describe('a finding about a user whose permissions are assumed', () => {
  const asUser = (more: string) => `
version: 1
kubernetes: "1.30"
cluster:
  nodes: 1
  apiserver: { flags: { authorization-mode: [Node, RBAC] } }
  kubelet: { config: { authentication: { anonymous: { enabled: false } }, authorization: { mode: Webhook } } }
  users: { alice: { rules: [{ verbs: ["*"], resources: ["*"] }]${more} } }
paths: { logs: { kind: apiserver-kubelet, to: node-1 } }
workloads: { logs: { path: logs, kind: logs, requests: 3 } }
`

  test('a finding about a user with assumed permissions is shown and does not fail check, unlike that of a known user', async () => {
    const only = ['--technique', 'redirect-service', '--place', 'a user']
    const { code, out } = await check(asUser(', assumed: true'), ...only)
    expect(code).toBe(0)
    expect(out).toContain('assumed, and no reason to fail: 1 finding of alice, whose permissions nobody knows')
    expect(out).toContain('except for what is assumed')
    const known = await findingsOf(asUser(''), ...only)
    expect([known.code, known.findings[0].isAssumed]).toEqual([4, false])
  })
})

test('a finding about an agent of the attacker names how the Konnectivity server authenticates agents', async () => {
  const stdin = `
version: 1
kubernetes: "1.30"
cluster:
  nodes: 2
  apiserver: { flags: { authorization-mode: [Node, RBAC], egress-selector-config-file: konnectivity } }
  konnectivity:
    authentication: token
paths: { logs: { kind: apiserver-kubelet, to: node-1 } }
workloads: { logs: { path: logs, kind: logs, requests: 3 } }
`
  const { findings } = await findingsOf(stdin, '--technique', 'claim-agent', '--place', 'another node')
  const causes = findings.flatMap(({ causes: all }: { causes: { what: string; from: string }[] }) => all)
  expect(causes.map(({ what, from }: { what: string; from: string }) => `${what.slice(0, 45)} (${from})`)).toEqual([
    'the apiserver does not verify kubelet certifi (a default: kubelet-certificate-authority is not set)',
    'the Konnectivity server accepts any identifie (-:8)',
  ])
})

test('check judges attackers of the scenario itself, with its events and workloads', async () => {
  const own = `${CLOSED}attackers: { eve: { on: wan, vantage: inline, plan: [{ technique: relay, path: sealed }] } }\n`
  const { code, findings } = await findingsOf(own.replace('verify: ca', 'verify: none'), '--technique', 'relay')
  expect(code).toBe(4)
  expect(findings.map(({ attacker }: { attacker: string }) => attacker)).toContain('eve')
})

test('an unknown path, place, vantage or technique is a usage error that lists the names', async () => {
  expect(await check(TWO_WAYS, '--path', 'plan')).toMatchObject({
    code: 2,
    err: expect.stringContaining('there is no path plan; did you mean plain?; the paths are plain, sealed'),
  })
  expect((await check(TWO_WAYS, '--vantage', 'inlin')).err).toContain('there is no vantage inlin; did you mean inline?')
  expect((await check(TWO_WAYS, '--place', 'the moon')).err).toContain('the places are the link that it crosses')
})

/** An attack on the verified path from the middle of the link. */
function inline(technique: string): string {
  return `attackers: { mallory: { on: wan, vantage: inline, plan: [{ technique: ${technique}, path: sealed }] } }`
}

describe('an attack that takes effect only when an SSH tunnel is dialled again', () => {
  const checked = (set: string[]) =>
    check(
      `
version: 1
kubernetes: "1.14"
cluster: { nodes: 2, apiserver: { flags: { ssh-user: core } } }
paths: { logs: { kind: apiserver-kubelet, to: nodes/* } }
workloads: { logs: { path: logs, kind: logs, connection: per-request, requests: 5 } }
`,
      '--attack',
      'unchecked-host-key',
      ...set.flatMap((one) => ['--set', one]),
    )

  test('an attack on the next dial of an SSH tunnel fails check if nothing is verified', async () => {
    const { code, out } = await checked([])
    expect(code).toBe(4)
    expect(out).toMatch(/answers in the name of the server and reads 3 of 18 messages .*; nobody notices\n/)
  })

  test.each([
    ['host keys', ['paths.logs.tunnel={ kind: ssh, host-key: check }']],
    [
      'kubelets',
      ['cluster.apiserver.flags.kubelet-certificate-authority=cluster-ca', 'cluster.kubelet.server-certificate=issued'],
    ],
  ])('an attack on the next dial of an SSH tunnel passes check if %s are verified', async (_, set) => {
    expect((await checked(set)).code).toBe(0)
  })
})

describe('check --fix', () => {
  const rules: RuledCluster = {
    outcomesOf: ({ paths }, _, { vantage }) =>
      vantage === 'inline' && paths.some(({ tls }) => tls?.verify === 'none') ? ['impersonated'] : ['no-effect'],
  }
  const narrow = ['--place', 'the link that it crosses', '--technique', 'impersonate-server', '--json', '--fix']
  const fixed = (words: readonly string[]) =>
    invoke(['check', ...words, ...narrow], { stdin: UNVERIFIED, simulate: simulatingBy(rules) })

  test('check --fix shows a fix for the findings, which still fail the check', async () => {
    const { code, out } = await fixed(['-'])
    const { passed, fix, findings } = JSON.parse(out).checks[0]
    expect([code, passed, findings.length]).toEqual([4, false, 1])
    expect([fix.closed, fix.verification.written, fix.verification.passed]).toEqual([1, false, true])
    expect(fix.steps.map(({ flag }: { flag: string }) => flag)).toContain('kubelet-certificate-authority')
  })

  test('check --fix --write writes the fix, and exits with 0 if nothing is left to do by hand', async () => {
    const folder = aFolder({ 'a.yaml': UNVERIFIED })
    const file = join(folder, 'a.yaml')
    const { code, out } = await fixed([file, '--write'])
    const { verification } = JSON.parse(out).checks[0].fix
    expect(verification).toMatchObject({ written: true, holds: true, passed: true, byHand: 0 })
    expect(code).toBe(0)
    expect(readFileSync(file, 'utf8')).toContain('kubelet-certificate-authority')
  })

  test('check --fix --write writes its report even if the file cannot be written, and exits with 2', async () => {
    const folder = aFolder({ 'a.yaml': UNVERIFIED })
    const link = join(folder, 'link.yaml')
    symlinkSync(join(folder, 'a.yaml'), link)
    const { code, out, err } = await fixed([link, '--write'])
    const { verification } = JSON.parse(out).checks[0].fix
    const unwritable = `cannot write to ${link}: it is a symbolic link; name the file itself; nothing was written`
    expect(verification).toMatchObject({ written: false, holds: true, unwritable })
    expect([code, err]).toEqual([2, expect.stringContaining(unwritable)])
    expect(readFileSync(link, 'utf8')).toBe(UNVERIFIED)
  })

  test('check --write needs --fix and a file', async () => {
    const { code, err } = await fixed(['-', '--write'])
    expect([code, err]).toEqual([2, expect.stringContaining('--write cannot change standard input')])
    const alone = await check(UNVERIFIED, '--write')
    expect([alone.code, alone.err]).toEqual([2, expect.stringContaining('--write needs --fix')])
  })
})

describe('a check whose fix was written', () => {
  const verified = (more: Partial<FixVerification>, passed = false) => {
    const verification = { written: true, holds: true, passed: true, byHand: 0, ...more } as FixVerification
    return isFine({ passed, fix: { verification } as FixResult })
  }

  test('a check with a written fix passes if the new files meet the policy and nothing is left to do by hand', () => {
    expect(verified({})).toBe(true)
    for (const more of [{ holds: false }, { passed: false }, { byHand: 1 }]) expect(verified(more)).toBe(false)
  })

  test('a check keeps its exit code if no fix was written', () => {
    for (const passed of [true, false]) {
      expect(verified({ written: false }, passed)).toBe(passed)
      expect(isFine({ passed })).toBe(passed)
    }
  })
})

test('check names findings that resemble another, and shows them in full with --all', async () => {
  const TECHNIQUES = ['eavesdrop', 'relay', 'tamper', 'inject']
  const rules: RuledCluster = { outcomesOf: (_, __, { vantage }) => (vantage === 'inline' ? ['read'] : ['no-effect']) }
  const shown = async (...words: readonly string[]) => {
    const narrow = ['--place', 'the link that it crosses', '--vantage', 'inline', '--technique', ...TECHNIQUES]
    const { out } = await invoke(['check', '-', ...narrow, ...words], {
      stdin: UNVERIFIED,
      simulate: simulatingBy(rules),
    })
    return [out.match(/^ {4}repeat: /gm)?.length, /and \d+ more \(--all shows them\): /.test(out)]
  }
  expect(await shown()).toEqual([2, true])
  expect(await shown('--all')).toEqual([4, false])
})

test('a check of several scenarios fails where one of them does', async () => {
  const folder = aFolder({ 'open.yaml': `name: open\n${UNVERIFIED}`, 'closed.yaml': `name: closed\n${UNVERIFIED}` })
  const rules: RuledCluster = {
    outcomesOf: ({ name }, _, { vantage }) => (name === 'open' && vantage === 'inline' ? ['read'] : ['no-effect']),
  }
  const codeOf = async (...names: readonly string[]) => {
    const files = names.map((name) => `${folder}/${name}.yaml`)
    const words = ['--place', 'the link that it crosses', '--technique', 'impersonate-server']
    return (await invoke(['check', ...files, ...words], { simulate: simulatingBy(rules) })).code
  }
  expect([await codeOf('closed', 'open'), await codeOf('open', 'closed'), await codeOf('closed')]).toEqual([4, 4, 0])
})
