import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadScenario } from '../../src/scenario/load.ts'
import { formatProblem } from '../../src/scenario/problems/format-problem.ts'
import { run } from '../../src/simulation/run.ts'

/** The expectations that each attack of the package meets, at the scenario and settings that its comment names. */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  'arp-spoofing-on-routes': ['never read, modified, impersonated, relayed, outage by unheard-liar on the pod path'],
  'arp-spoofing': ['verdict(arp-liar, the pod path, spoof-arp) includes read'],
  'behind-the-tunnel': ['verdict(far-listener, the pod path through an SSH tunnel, eavesdrop) includes read'],
  'blind-resetting': ['never read, modified, impersonated, relayed, disrupted, outage by guesser'],
  'bootstrap-credentials': [
    "verdict(kubeletmein, the kubelet's path to the apiserver, bootstrap-node) includes privilege",
  ],
  'bound-token': ["verdict(borrower, a pod's path to the apiserver, direct-request) includes privilege"],
  'carrying-agent': [
    'verdict(carrier, the pod path through Konnectivity, eavesdrop) includes read',
    'exposure(carrier, the pod path through Konnectivity) < 100%',
  ],
  'checked-kubelet': [
    'never read, modified, impersonated, relayed, credential, privilege by unmasked-kubelet on the kubelet path',
    'noticed(unmasked-kubelet, the kubelet path) security',
  ],
  'claimed-identifier': [
    'verdict(claimant, the pod path through Konnectivity, claim-agent) includes impersonated',
    'verdict(claimant, the pod path through Konnectivity, claim-agent) includes read',
  ],
  delaying: [
    'never read, modified, impersonated, relayed, outage by delayer',
    'verdict(delayer, the kubelet path) includes degraded',
  ],
  'deleted-pod-token': ["verdict(survivor, a pod's path to the apiserver, direct-request) is no-effect"],
  dropping: [
    'never read, modified, impersonated, relayed by dropper',
    'verdict(dropper, the kubelet path) includes outage',
  ],
  'encrypted-for-the-attacker': [
    'verdict(relayer, the pod path over HTTPS, relay) is relayed',
    'verdict(relayer, the pod path over HTTPS, relay) includes read',
    'noticed(relayer, the pod path over HTTPS) none',
  ],
  'expired-token': ["verdict(latecomer, a pod's path to the apiserver, direct-request) is no-effect"],
  'external-ip': [
    "never read, modified, impersonated, relayed by ip-claimant on the kubelet's path to the apiserver",
    "noticed(ip-claimant, the kubelet's path to the apiserver) security",
  ],
  'forward-secrecy': ['never read, modified, impersonated, relayed by vain-recorder on the kubelet path'],
  injecting: [
    'verdict(injector, the kubelet path) excludes modified',
    'verdict(injector, the pod path over HTTP) includes impersonated',
  ],
  'insecure-port-from-a-pod': [
    "never privilege, read, credential by outside-pod on a component's path to the apiserver over HTTP",
  ],
  'insecure-port-from-a-process': [
    "verdict(process, a component's path to the apiserver over HTTP, direct-request) includes privilege",
  ],
  'insecure-port-open': [
    "verdict(any-pod, a component's path to the apiserver over HTTP, direct-request) includes privilege",
  ],
  'kubelet-door-closed': ['verdict(nobody-known, the kubelet path, direct-request) is no-effect'],
  'kubelet-door-garbage': ['verdict(scribbler, the kubelet path, direct-request) is no-effect'],
  'kubelet-door-open': ['verdict(nobody, the kubelet path, direct-request) includes privilege'],
  'kubelet-door-other-node': ['verdict(neighbour, the kubelet path, direct-request) is no-effect'],
  'kubelet-door-powerless-pod': ['verdict(powerless-pod, the kubelet path, direct-request) is no-effect'],
  'kubelet-door-token': ['verdict(any-token, the kubelet path, direct-request) includes privilege'],
  'legacy-token': ["verdict(keeper, a pod's path to the apiserver, direct-request) includes privilege"],
  'listening-beside-a-tunnel': [
    'never read, modified, impersonated, relayed by listener',
    'verdict(listener, the kubelet path, eavesdrop) is metadata',
  ],
  'proxied-plaintext': [
    'verdict(reader, the pod path over HTTP, eavesdrop) is read',
    'exposure(reader, the pod path over HTTP) > 0%',
    'noticed(reader, the pod path over HTTP) none',
  ],
  'random-node-behind-a-tunnel': [
    'verdict(exit-node, the pod path through an SSH tunnel, eavesdrop) includes read',
    'exposure(exit-node, the pod path through an SSH tunnel) < 100%',
  ],
  'read-only-port': ['verdict(snooper, read-only-port, direct-request) includes read'],
  'recorded-traffic': ['verdict(recorder, the kubelet path, eavesdrop) includes read'],
  'relayed-kubelet': [
    'verdict(middleman, the kubelet path, relay) excludes relayed',
    'verdict(middleman, the kubelet path, relay) includes read',
  ],
  replaying: ['never modified, read, impersonated, outage by replayer'],
  resetting: [
    'never read, modified, impersonated, relayed by resetter',
    'verdict(resetter, the kubelet path) includes disrupted',
  ],
  'restricted-rogue-node': [
    'never impersonated, relayed, read, privilege, credential by restricted-rogue on the kubelet path',
  ],
  'rogue-node-by-name': [
    'never impersonated, relayed, read, privilege, credential by named-rogue on the kubelet path',
    'noticed(named-rogue, the kubelet path) security',
  ],
  'rogue-node': ['verdict(rogue-node, the kubelet path, readdress-node) includes impersonated'],
  'smuggled-request': ['verdict(smuggler, the kubelet path, smuggle-request) includes privilege'],
  'stolen-pod-token': ["verdict(pod-thief, a pod's path to the apiserver, steal-token) includes credential"],
  tampering: [
    'verdict(tamperer, the kubelet path) excludes modified',
    'verdict(tamperer, the pod path over HTTP) includes modified',
  ],
  'unchecked-host-key': [
    'verdict(false-sshd, the kubelet path through an SSH tunnel, impersonate-server) includes impersonated',
    'verdict(false-sshd, the kubelet path through an SSH tunnel, impersonate-server) includes read',
  ],
  'unchecked-kubelet': [
    'verdict(false-kubelet, the kubelet path, impersonate-server) is impersonated',
    'noticed(false-kubelet, the kubelet path) none',
  ],
  'wrong-audience-token': ["verdict(stranger, a pod's path to the apiserver, direct-request) is no-effect"],
}

const root = new URL('../../', import.meta.url)
const textOf = (file: string) => readFileSync(new URL(file, root), 'utf8')
const files = readdirSync(new URL('scenarios/attacks/', root))

test('each attack of the package has an expectation in the test, and none in its own file', () => {
  expect(files.map((file) => file.replace('.yaml', ''))).toEqual(Object.keys(SHOWN))
  for (const file of files) expect(textOf(`scenarios/attacks/${file}`)).not.toMatch(/^expect:/m)
})

describe.each(Object.entries(SHOWN))('the attack %s, run as its comment says', (name, lines) => {
  const text = textOf(`scenarios/attacks/${name}.yaml`)
  const [, file, options] = new RegExp(`onpath run (\\S+) --attack ${name}( .*)?$`, 'm').exec(text) ?? []
  const set = [...(options ?? '').matchAll(/--set (?:'([^']*)'|(\S+))/g)].map(([, quoted, plain]) => quoted ?? plain)
  const attack = { file: `${name}.yaml`, text: `${text}expect: ${JSON.stringify(lines)}\n` }

  test('the attack, run as its comment says, gives what it demonstrates', () => {
    const loaded = loadScenario({ file, text: textOf(file) }, { set, attacks: [attack] })
    if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'))
    const { expectations } = run(loaded.scenario).result
    expect(expectations.filter(({ met }) => !met)).toEqual([])
    expect(expectations.map(({ expect: line }) => line)).toEqual(expect.arrayContaining([...lines]))
  })
})
