import { describe, expect, test } from 'vitest'
import { loadScenario, simulateText } from '../../src/index.ts'

/** A client that trusts `trusts` asks a server whose certificate `web` the CA `middle` has issued. */
function scenario(identities: string, trusts = 'root'): string {
  return `
version: 1
hosts: { client: {}, server: { certificate: web, addresses: [10.0.0.2] } }
links: { wan: { between: [client, server], delay: 1ms } }
identities:
  root: { kind: ca }
  web: { kind: certificate, issuer: middle, chain: [middle], sans: [server, 10.0.0.2] }
${identities}
paths: { get: { from: client, to: server, scheme: https, tls: { verify: ca, ca: ${trusts} } } }
workloads: { one: { path: get, requests: 1, response: 1KB } }
`
}

function run(identities: string, trusts?: string) {
  const { workloads } = simulateText(scenario(identities, trusts))
  return workloads[0]
}

const MIDDLE = '  middle: { kind: ca, issuer: root }'

describe('a chain', () => {
  test('leads from the certificate to a trusted root, and its bytes are sent', () => {
    const chained = run(MIDDLE)
    expect(chained.completed).toBe(1)
    const alone = simulateText(scenario(MIDDLE, 'middle').replace('chain: [middle], ', ''))
    expect(chained.wireBytes - alone.workloads[0].wireBytes).toBeGreaterThan(350)
  })

  test('that is not sent, has expired, or is that of another root, is refused', () => {
    const without = simulateText(scenario(MIDDLE).replace('chain: [middle], ', ''))
    expect(without.workloads[0].completed).toBe(0)
    expect(run('  middle: { kind: ca, issuer: root, notBefore: -10s, notAfter: -1s }').completed).toBe(0)
    expect(run('  middle: { kind: ca, issuer: other }\n  other: { kind: ca }').completed).toBe(0)
  })

  test('is no longer than the path length of a CA', () => {
    const chain = (identities: string) => identities.replace('chain: [middle]', 'chain: [middle, upper, top]')
    const completed = (length: number) =>
      simulateText(
        chain(
          scenario(`  middle: { kind: ca, issuer: upper }\n  upper: { kind: ca, issuer: top, max-path-length: ${length} }
  top: { kind: ca, issuer: root }`),
        ),
      ).workloads[0].completed
    expect(completed(1)).toBe(1)
    expect(completed(0)).toBe(0)
  })

  test('ends where a CA may not sign for the name', () => {
    const constrained = (constraints: string) =>
      run(`  middle: { kind: ca, issuer: root, name-constraints: { ${constraints} } }`).completed
    expect(constrained('permitted: [server]')).toBe(1)
    expect(constrained('permitted: [example.com]')).toBe(0)
    expect(constrained('excluded: [server]')).toBe(0)
    expect(constrained('permitted: [10.0.0.0/8]')).toBe(1)
    expect(constrained('excluded: [10.0.0.0/30]')).toBe(0)
  })
})

describe('a CA', () => {
  test('that another CA has signed again is trusted through that one', () => {
    const rotated = `  middle: { kind: ca, cn: new }\n  cross: { kind: ca, key-of: middle, issuer: root }`
    const of = (chain: string, trusts: string) =>
      simulateText(scenario(rotated, trusts).replace('chain: [middle]', `chain: [${chain}]`)).workloads[0].completed
    expect(of('cross', 'root')).toBe(1)
    expect(of('middle', 'root')).toBe(0)
    expect(of('cross', 'middle')).toBe(1)
  })

  test('brings the others of its file along', () => {
    expect(run('  middle: { kind: ca }\n  both: { kind: ca, bundle: [middle] }', 'both').completed).toBe(1)
    expect(run('  middle: { kind: ca }\n  both: { kind: ca, bundle: [root] }', 'both').completed).toBe(0)
  })

  test('needs names that exist, ranges that are some, and a key that is its own', () => {
    const problemsOf = (identities: string) => {
      const loaded = loadScenario({ file: 'a.yaml', text: scenario(identities) })
      return loaded.ok ? [] : loaded.problems.map(({ message }) => message)
    }
    expect(problemsOf('  middle: { kind: ca, issuer: nobody }')).toHaveLength(1)
    expect(problemsOf('  middle: { kind: ca, bundle: [nobody] }')).toHaveLength(1)
    expect(problemsOf('  middle: { kind: ca, name-constraints: { permitted: [10.0.0.1] } }')).toEqual([
      '10.0.0.1 is no range of addresses',
    ])
    expect(problemsOf('  middle: { kind: ca, key-of: root }')).toHaveLength(1)
    expect(problemsOf('  middle: { kind: ca, key-of: root, issuer: other, cn: own }\n  other: { kind: ca }')).toEqual([
      'it is that of root, whose key the CA has',
    ])
  })
})

describe('a path', () => {
  const withLists = (ca: string, clientCa: string) =>
    scenario(`${MIDDLE}\n  old: { kind: ca }\n  me: { kind: certificate, issuer: old, usages: [client] }`).replace(
      'ca: root',
      `ca: ${ca}, client: { certificate: me }, client-ca: ${clientCa}`,
    )
  const completed = (ca: string, clientCa: string) => simulateText(withLists(ca, clientCa)).workloads[0].completed

  test('takes lists of CAs for its server and for its client', () => {
    expect(completed('[old, root]', '[root, old]')).toBe(1)
    expect(completed('[old, middle]', 'old')).toBe(1)
    expect(completed('[old]', 'old')).toBe(0)
    expect(completed('root', '[root, middle]')).toBe(0)
  })

  test('names each of a list that is no CA, and no list among those that are', () => {
    const loaded = loadScenario({ file: 'a.yaml', text: withLists('[nobody, root]', '[old, me]') })
    const problems = loaded.ok ? [] : loaded.problems
    expect(problems.map(({ message }) => message)).toEqual([
      'no ca is named nobody',
      'me is of kind certificate, and a ca is needed',
    ])
    expect(JSON.stringify(problems)).not.toContain('old,me')
  })
})

test('a certificate has addresses of IPv6 as 16 octets', () => {
  const bytes = (sans: string) =>
    simulateText(scenario(MIDDLE).replace('[server, 10.0.0.2]', `[server, 10.0.0.2, ${sans}]`)).workloads[0].wireBytes
  expect(bytes('"fd00::1"')).toBe(bytes('sixteen-letters0'))
})

describe('a flag for CAs', () => {
  const cluster = (authority: string) => `
version: 1
cluster:
  preset: kubeadm-hardened
  nodes: 1
  apiserver: { flags: { kubelet-certificate-authority: ${authority} } }
identities: { old-ca: { kind: ca }, new-ca: { kind: ca } }
paths: { logs: { kind: apiserver-kubelet, from: master, to: node-1 } }
workloads: { logs: { kind: logs, path: logs, requests: 1 } }
`
  const problemsOf = (authority: string) => {
    const loaded = loadScenario({ file: 'a.yaml', text: cluster(authority) })
    return loaded.ok ? [] : loaded.problems.map(({ message }) => message)
  }

  test('takes a list of names, each of which exists', () => {
    expect(problemsOf('[old-ca, cluster-ca]')).toEqual([])
    expect(problemsOf('[old-ca, nobody]').join()).toContain('nobody')
    const completed = (authority: string) => simulateText(cluster(authority)).workloads[0].completed
    expect([completed('[old-ca, cluster-ca]'), completed('[old-ca, new-ca]')]).toEqual([completed('cluster-ca'), 0])
  })
})
