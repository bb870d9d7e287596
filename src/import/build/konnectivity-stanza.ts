import { splitList } from '../../cluster/flags/list-kind.ts'
import { assumed, type Sourced, written } from '../origin.ts'
import { lastFlag, readFlags, type WrittenFlag } from '../programs/flag-syntax.ts'
import type { BuildContext } from './context.ts'
import type { Plain } from './stanza.ts'

const STRATEGIES = ['default', 'destHost', 'defaultRoute']

const isBoolean = (name: string) => (name === 'delete-existing-uds-file' || name === 'logtostderr' ? true : undefined)

/** Writes the Konnectivity settings, if the apiserver uses Konnectivity. */
export function buildKonnectivity(context: BuildContext): void {
  const isOn =
    context.stanza.get(['cluster', 'apiserver', 'flags', 'egress-selector-config-file'])?.value === 'konnectivity'
  if (!isOn) return
  const [server] = context.runsOf('proxy-server')
  const [agent] = context.runsOf('proxy-agent')
  const ofServer = server === undefined ? [] : readFlags(server.words, isBoolean)
  const ofAgent = agent === undefined ? [] : readFlags(agent.words, isBoolean)
  const set = (key: string, value: Sourced<Plain> | null) => {
    if (value !== null) context.stanza.set(['cluster', 'konnectivity', key], value)
  }
  const { title, konnectivity } = context.profile
  const usual = server === undefined && konnectivity !== undefined ? konnectivity.strategy : null
  set(
    'authentication',
    usual === null ? authentication(ofServer, ofAgent, server !== undefined) : assumed('token', `as ${title}`),
  )
  set('authentication-audience', textOf(ofServer, 'authentication-audience'))
  set('agent-namespace', textOf(ofServer, 'agent-namespace'))
  set('agent-service-account', textOf(ofServer, 'agent-service-account'))
  set('strategy', usual === null ? strategy(ofServer) : assumed(usual, `as ${title}`))
  set('keepalive', durationOf(ofAgent, 'keepalive-time') ?? durationOf(ofServer, 'keepalive-time'))
  set('agent-port', portOf(ofServer, 'agent-port') ?? portOf(ofAgent, 'proxy-server-port') ?? portOfEvidence(context))
  for (const run of [server, agent])
    if (run !== undefined)
      context.note({ kind: 'used', at: run.at, message: `flags of ${run.program} of Konnectivity (${run.record})` })
  if (server === undefined && usual === null)
    context.note({
      kind: 'unknown',
      at: agent?.at ?? null,
      message: 'how the Konnectivity server authenticates agents; tokens of service accounts are taken',
      consequence:
        'without authentication, any host that reaches its port can register as an agent: add its command line',
    })
}

/**
 * Returns how the server authenticates agents: by token if it has a service account to expect, by certificate if it has
 * a CA, otherwise not at all.
 */
function authentication(
  server: readonly WrittenFlag[],
  agent: readonly WrittenFlag[],
  hasServer: boolean,
): Sourced<Plain> {
  const namespace = lastFlag(server, 'agent-namespace') ?? lastFlag(server, 'authentication-audience')
  if (namespace?.value) return written('token', namespace.at)
  const ca = lastFlag(server, 'cluster-ca-cert')
  if (ca?.value) return written('certificate', ca.at)
  if (hasServer && server.length > 0)
    return written('none', server[0].at, 'no --agent-namespace and no --cluster-ca-cert')
  const certificate = lastFlag(agent, 'agent-cert')
  if (certificate?.value) return written('certificate', certificate.at)
  const token = lastFlag(agent, 'service-account-token-path')
  return token?.value
    ? written('token', token.at)
    : assumed('token', 'nobody sees its flags; as in the deployment that Konnectivity ships with')
}

function strategy(flags: readonly WrittenFlag[]): Sourced<Plain> | null {
  const flag = lastFlag(flags, 'proxy-strategies')
  const first = splitList(flag?.value ?? '').find((one) => STRATEGIES.includes(one))
  return flag === undefined || first === undefined ? null : written(first, flag.at)
}

function textOf(flags: readonly WrittenFlag[], name: string): Sourced<Plain> | null {
  const flag = lastFlag(flags, name)
  return flag?.value && /^[\w.:/-]{1,200}$/.test(flag.value) ? written(flag.value, flag.at) : null
}

function durationOf(flags: readonly WrittenFlag[], name: string): Sourced<Plain> | null {
  const flag = lastFlag(flags, name)
  const found = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(flag?.value ?? '')
  const seconds = found === null ? 0 : Number(found[1] ?? 0) * 3600 + Number(found[2] ?? 0) * 60 + Number(found[3] ?? 0)
  return flag === undefined || seconds === 0 ? null : written(`${seconds}s`, flag.at)
}

function portOf(flags: readonly WrittenFlag[], name: string): Sourced<Plain> | null {
  const flag = lastFlag(flags, name)
  return flag?.value && /^\d{1,5}$/.test(flag.value) ? written(Number(flag.value), flag.at) : null
}

function portOfEvidence({ evidence, profile }: BuildContext): Sourced<Plain> | null {
  const found = evidence.agentPorts[0]
  if (found !== undefined) return found
  const usual = profile.konnectivity?.agentPort
  return usual === undefined ? null : { value: usual, origin: { kind: 'default', of: profile.title } }
}
