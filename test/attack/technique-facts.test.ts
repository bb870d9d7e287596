import { expect, test } from 'vitest'
import type { Technique } from '../../src/attack/techniques/technique.ts'
import { USED_TECHNIQUES, type UsedTechnique } from '../../src/attack/techniques.ts'
import { namesOf } from '../../src/engine/registry.ts'

/** Returns the name of a parameter, and what its description says. */
function parameter([name, use]: readonly [string, object]): string {
  const said = Object.keys(use)
  return said.length === 0 ? name : `${name} (${said.join(' and ')})`
}

/** Returns what verdicts, gates and the attack matrix derive from the description of a technique, a line for each topic. */
function factsOf(technique: Technique): readonly string[] {
  const { needs, gains = [], messages = [], actsOn = [], requires = [], decidedBy = {} } = technique
  const { serves, isPassive, attracts, outcomeOfSeeing, credential, steals } = technique
  const flags = (['kubelet', 'apiserver', 'plain'] as const).flatMap((server) => {
    if (decidedBy[server] === undefined) return []
    const all = (decidedBy[server] ?? []).map(({ flag, about, explains }) =>
      [flag.name, about, explains].filter(Boolean).join(' '),
    )
    return `${server}: ${all.join(', ')}`
  })
  const { rows, isHarmless, isOnStandingConnections, onReadOnlyPort = {}, asHolder = {} } = technique.matrix
  const step = (row: (typeof rows)[number]) =>
    `${row.at.join(', ')}${row.step === undefined ? '' : ` ${JSON.stringify(row.step)}`}`
  const lines = {
    needs: needs.join(', '),
    takes: Object.entries(technique.parameters).map(parameter).join(', '),
    requires: requires.join(', '),
    gains: gains.join(', '),
    messages: messages.join(', '),
    acts: actsOn.join(', '),
    serves:
      serves === undefined
        ? ''
        : Object.entries(serves)
            .map(([key, value]) => (value === true ? key : value))
            .join(', '),
    is: [isPassive && 'passive', attracts && 'attracting', outcomeOfSeeing, credential, steals]
      .filter(Boolean)
      .join(', '),
    tried: rows.map(step).join('; '),
    how: [
      isHarmless && 'harmless',
      isOnStandingConnections && 'on standing connections',
      ...Object.values(onReadOnlyPort),
      ...Object.values(asHolder).flat(),
    ]
      .filter(Boolean)
      .join(', '),
  }
  return [...Object.entries(lines).flatMap(([key, text]) => (text === '' ? [] : [`${key}: ${text}`])), ...flags]
}
const FACTS: Readonly<Partial<Record<UsedTechnique, readonly string[]>>> = {
  eavesdrop: [
    'needs: sees',
    'takes: for',
    'gains: credential',
    'messages: reads',
    'is: passive, metadata',
    'tried: link, node',
    'how: harmless',
  ],
  'impersonate-server': [
    'needs: injects',
    'takes: for, count, presents',
    'gains: credential',
    'serves: server-address, takesOver',
    'tried: link, tunnel-node, server-node',
    'kubelet: kubelet-certificate-authority',
  ],
  relay: [
    'needs: intercepts',
    'takes: for, count, presents, with',
    'gains: credential',
    'serves: server-address, relays, passesVerified',
    'tried: link, tunnel-node',
    'kubelet: kubelet-certificate-authority, authentication.anonymous.enabled anonymous, authorization.mode granted',
  ],
  tamper: [
    'needs: intercepts',
    'takes: for, count, match',
    'messages: alters',
    'acts: data',
    'tried: link, tunnel-node',
    'how: on standing connections',
  ],
  inject: [
    'needs: injects',
    'takes: for, count, match, delay (meaning)',
    'messages: forges',
    'acts: data, syn',
    'tried: link',
    'how: on standing connections',
  ],
  replay: [
    'needs: sees, injects',
    'takes: for, count, match, delay (meaning)',
    'messages: forges',
    'tried: link {"delay":"10ms"}',
    'how: on standing connections',
  ],
  reset: [
    'needs: injects',
    'takes: for, count, match, delay (meaning)',
    'acts: syn, syn-ack, data, ack, fin',
    'tried: link',
    'how: on standing connections',
  ],
  drop: ['needs: intercepts', 'takes: for, count, match', 'tried: link', 'how: on standing connections'],
  delay: [
    'needs: intercepts',
    'takes: for, count, match, delay (meaning)',
    'requires: delay',
    'tried: link {"delay":"100ms"}',
    'how: on standing connections',
  ],
  'steal-token': ['gains: credential', 'is: passive, tokens', 'tried: node'],
  'steal-key': ['gains: key, credential', 'is: passive, keys', 'tried: node'],
  'direct-request': [
    'takes: count (meaning and default), with (default), ask',
    'is: of-user',
    'tried: server-network, node, pod, apiserver-host; user {"with":"a user\'s client certificate"}',
    'how: harmless, list-pods, exec, node-proxy-exec, exec, node-proxy-exec, list-secrets, create-pods',
    'kubelet: authentication.anonymous.enabled anonymous, authorization.mode granted, readOnlyPort port',
    'apiserver: insecure-port port, anonymous-auth anonymous, authorization-mode AlwaysAllow granted',
  ],
  'spoof-arp': [
    'needs: claims',
    'takes: for, count, presents',
    'gains: credential',
    'messages: reads',
    'serves: server-address',
    'is: attracting',
    'tried: segment, pod',
    'kubelet: kubelet-certificate-authority',
  ],
  'bootstrap-node': [
    'takes: with (default), ask',
    'gains: key, credential',
    'is: bootstrap-token, bootstrap-token',
    'tried: pod',
  ],
  'readdress-node': [
    'takes: for, presents, with (default)',
    'gains: credential',
    'serves: own-address, of-its-node',
    'is: own',
    'tried: node',
    'kubelet: authorization-mode Node, enable-admission-plugins NodeRestriction',
    'apiserver: authorization-mode Node, enable-admission-plugins NodeRestriction',
    'plain: authorization-mode Node, enable-admission-plugins NodeRestriction',
  ],
  'claim-agent': [
    'takes: for, presents (meaning and default), with (meaning and default)',
    'gains: credential',
    'serves: own-address, carries',
    'tried: node, pod, server-network',
    'kubelet: kubelet-certificate-authority',
  ],
  'smuggle-request': [
    'takes: count (meaning and default), with (default), ask',
    'messages: forges',
    'is: own',
    'tried: user {"at":"1s"}',
  ],
  'redirect-service': [
    'takes: for, presents, with (default)',
    'gains: credential',
    'serves: own-address',
    'is: own',
    'tried: user',
    'kubelet: enable-admission-plugins DenyServiceExternalIPs',
    'apiserver: enable-admission-plugins DenyServiceExternalIPs',
    'plain: enable-admission-plugins DenyServiceExternalIPs',
  ],
  'own-code': ['needs: sees', 'gains: credential', 'messages: reads, alters', 'is: metadata'],
}

test.each(namesOf(USED_TECHNIQUES))(
  '%s needs, takes, gains and does what is listed here, and is tried there',
  (name) => {
    expect(factsOf(USED_TECHNIQUES[name])).toEqual(FACTS[name])
  },
)
