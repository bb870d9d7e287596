import { expect, test } from 'vitest'
import { COMMON } from '../../src/attack/parameters/common.ts'
import { isRequired, type Parameter } from '../../src/attack/parameters/parameter.ts'
import type { Members, Technique } from '../../src/attack/techniques/technique.ts'
import { USED_TECHNIQUES, type UsedTechnique } from '../../src/attack/techniques.ts'
import { namesOf } from '../../src/engine/registry.ts'

/** Returns the name of a parameter, and what the technique says otherwise than the common one. */
function parameter([name, { meaning, default: usual }]: readonly [string, Parameter]): string {
  const common: Partial<Record<string, Parameter>> = COMMON
  const said = [
    ...(meaning === common[name]?.meaning ? [] : ['meaning']),
    ...(usual === common[name]?.default ? [] : ['default']),
  ]
  return said.length === 0 ? name : `${name} (${said.join(' and ')})`
}

/** The members of a cluster to which the permissions to use a technique refer. */
const MEMBERS: Members = {
  node: 'node-2',
  pods: [
    { namespace: 'default', name: 'web' },
    { namespace: 'other', name: 'db' },
  ],
  namespaces: ['default', 'other'],
}

/**
 * Returns what verdicts, gates and the attack matrix derive from the description of a technique, a line for each topic.
 */
function factsOf(technique: Technique): readonly string[] {
  const { needs, gains = [], messages = [], actsOn = [], decidedBy = {} } = technique
  const { serves, isPassive, attracts, outcomeOfSeeing, credential, steals } = technique
  const flags = (['kubelet', 'apiserver', 'plain'] as const).flatMap((server) => {
    if (decidedBy[server] === undefined) return []
    const all = (decidedBy[server] ?? []).map(({ flag, about, explains }) =>
      [flag.name, about, explains].filter(Boolean).join(' '),
    )
    return `${server}: ${all.join(', ')}`
  })
  const { rows, isHarmless, isOnStandingConnections, onReadOnlyPort = {}, asHolder = {}, byHolderOf } = technique.matrix
  const step = (row: (typeof rows)[number]) =>
    `${row.at.join(', ')}${row.step === undefined ? '' : ` ${JSON.stringify(row.step)}`}`
  const lines = {
    catalogues: [...technique.references.attack, ...technique.references.weaknesses.map((cwe) => `CWE-${cwe}`)].join(
      ', ',
    ),
    needs: needs.join(', '),
    takes: Object.entries(technique.parameters).map(parameter).join(', '),
    requires: Object.entries(technique.parameters)
      .flatMap(([name, one]) => (isRequired(one) ? [name] : []))
      .join(', '),
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
    holders: (byHolderOf?.(MEMBERS) ?? []).map(({ method, target }) => `${method} ${target}`).join(', '),
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

const FACTS = {
  eavesdrop: [
    'catalogues: T1040, CWE-319',
    'needs: sees',
    'takes: for',
    'gains: credential',
    'messages: reads',
    'is: passive, metadata',
    'tried: link, node',
    'how: harmless',
  ],
  'impersonate-server': [
    'catalogues: T1557, CWE-295',
    'needs: injects',
    'takes: for, count, presents',
    'gains: credential',
    'serves: server-address, takesOver',
    'tried: link, tunnel-node, server-node',
    'kubelet: kubelet-certificate-authority',
  ],
  relay: [
    'catalogues: T1557, CWE-295, CWE-300',
    'needs: intercepts',
    'takes: for, count, presents, with',
    'gains: credential',
    'serves: server-address, relays, passesVerified',
    'tried: link, tunnel-node',
    'kubelet: kubelet-certificate-authority, authentication.anonymous.enabled anonymous, authorization.mode granted',
  ],
  tamper: [
    'catalogues: T1565.002, CWE-319, CWE-345',
    'needs: intercepts',
    'takes: for, count, match',
    'messages: alters',
    'acts: data',
    'tried: link, tunnel-node',
    'how: on standing connections',
  ],
  inject: [
    'catalogues: T1565.002, CWE-319, CWE-345',
    'needs: injects',
    'takes: for, count, match, delay (meaning)',
    'messages: forges',
    'acts: data, syn',
    'tried: link',
    'how: on standing connections',
  ],
  replay: [
    'catalogues: T1557, CWE-294',
    'needs: sees, injects',
    'takes: for, count, match, delay (meaning)',
    'messages: forges',
    'tried: link {"delay":"10ms"}',
    'how: on standing connections',
  ],
  reset: [
    'catalogues: T1499, CWE-400',
    'needs: injects',
    'takes: for, count, match, delay (meaning)',
    'acts: syn, syn-ack, data, ack, fin',
    'tried: link',
    'how: on standing connections',
  ],
  drop: [
    'catalogues: T1498, CWE-400',
    'needs: intercepts',
    'takes: for, count, match',
    'tried: link',
    'how: on standing connections',
  ],
  delay: [
    'catalogues: T1498, CWE-400',
    'needs: intercepts',
    'takes: for, count, match, delay (meaning)',
    'requires: delay',
    'tried: link {"delay":"100ms"}',
    'how: on standing connections',
  ],
  'steal-token': ['catalogues: T1528, CWE-522', 'gains: credential', 'is: passive, tokens', 'tried: node'],
  'steal-key': ['catalogues: T1552.004, CWE-522', 'gains: key, credential', 'is: passive, keys', 'tried: node'],
  'direct-request': [
    'catalogues: T1613, T1609, CWE-306, CWE-862',
    'takes: count (meaning and default), with (default), ask',
    'is: of-user',
    'tried: server-network, node, pod, apiserver-host; user {"with":"a user\'s client certificate"}',
    'how: harmless, list-pods, exec, attach, port-forward, node-proxy-exec, exec, attach, port-forward, node-proxy-exec, list-secrets, create-pods',
    'kubelet: authentication.anonymous.enabled anonymous, authorization.mode granted, readOnlyPort port',
    'apiserver: insecure-port port, anonymous-auth anonymous, authorization-mode AlwaysAllow granted',
  ],
  'spoof-arp': [
    'catalogues: T1557.002, CWE-290, CWE-300',
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
    'catalogues: T1552.005, CWE-522',
    'takes: with (default), ask',
    'gains: key, credential',
    'is: bootstrap-token, bootstrap-token',
    'tried: pod',
  ],
  'readdress-node': [
    'catalogues: T1565.002, CWE-863',
    'takes: for, presents, with (default)',
    'gains: credential',
    'serves: own-address, of-its-node',
    'is: own',
    'tried: node',
    'holders: PATCH /api/v1/nodes/node-2/status?timeout=10s',
    'kubelet: authorization-mode Node, enable-admission-plugins NodeRestriction',
    'apiserver: authorization-mode Node, enable-admission-plugins NodeRestriction',
    'plain: authorization-mode Node, enable-admission-plugins NodeRestriction',
  ],
  'claim-agent': [
    'catalogues: T1090, T1557, CWE-306, CWE-441',
    'takes: for, presents (meaning and default), with (meaning and default)',
    'gains: credential',
    'serves: own-address, carries',
    'tried: node, pod, server-network',
    'kubelet: kubelet-certificate-authority',
  ],
  'smuggle-request': [
    'catalogues: T1068, CWE-441',
    'takes: count (meaning and default), with (default), ask',
    'messages: forges',
    'is: own',
    'tried: user {"at":"1s"}',
    'holders: POST /api/v1/namespaces/default/pods/web/exec, POST /api/v1/namespaces/other/pods/db/exec',
  ],
  'redirect-service': [
    'catalogues: T1557, CWE-441',
    'takes: for, presents, with (default)',
    'gains: credential',
    'serves: own-address',
    'is: own',
    'tried: user',
    'holders: POST /api/v1/namespaces/default/services, PATCH /api/v1/namespaces/default/services/web, PUT /api/v1/namespaces/default/services/web, POST /api/v1/namespaces/other/services, PATCH /api/v1/namespaces/other/services/web, PUT /api/v1/namespaces/other/services/web',
    'kubelet: enable-admission-plugins DenyServiceExternalIPs',
    'apiserver: enable-admission-plugins DenyServiceExternalIPs',
    'plain: enable-admission-plugins DenyServiceExternalIPs',
  ],
  'own-code': [
    'catalogues: T1557',
    'needs: sees',
    'takes: for, code (meaning and default)',
    'requires: code',
    'gains: credential',
    'messages: reads, alters',
    'is: metadata',
  ],
} satisfies Readonly<Partial<Record<UsedTechnique, readonly string[]>>>

test.each(namesOf(FACTS))(
  'technique %s needs, accepts, gains and does what is listed here, and is tried there',
  (name) => {
    expect(factsOf(USED_TECHNIQUES[name])).toEqual(FACTS[name])
  },
)
