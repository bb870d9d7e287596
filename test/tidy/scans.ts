import ts from 'typescript'
import { isBelowReport } from './layers.ts'
import { eachNode, type Rule } from './rule.ts'
import { memberName } from './source.ts'

/**
 * The methods that may go over all rows of a table, as `file method`. Most run once, when a run has ended or a host
 * restarts; the others go over a table that has few rows.
 */
const MAY_SCAN: ReadonlySet<string> = new Set([
  // When a host restarts.
  'src/network/processor.ts freeCores',
  'src/transport/connections/connection.ts ofHost',
  'src/cluster/konnectivity/tunnelled-connections.ts restart',
  // Requests that the apiserver has passed on and not finished, and its idle connections to kubelets.
  'src/cluster/upstreams/upstreams.ts onIdle',
  'src/cluster/upstreams/upstreams.ts callsOn',
  'src/cluster/upstreams/upstreams.ts idleOn',
  // Requests that wait for a review.
  'src/cluster/kubelet/kubelet-service.ts findPending',
  'src/cluster/kubelet/kubelet-service.ts followersOf',
  // What attackers claim, alter, know and have locked up: few rows, and only while they act.
  'src/network/neighbours.ts find',
  'src/attack/agents/tampering-agent.ts copyAmong',
  'src/attack/state/knowledge-log.ts knows',
  'src/attack/wiretap/locks.ts within',
  'src/attack/wiretap/locks.ts open',
  'src/attack/wiretap/response-steps.ts take',
  'src/attack/wiretap/response-steps.ts releaseStale',
  'src/attack/state/refusals.ts find',
  // Where a run records what it is asked to record.
  'src/simulation/sampling/connection-finder.ts findNew',
  // After a run.
  'src/simulation/run-history.ts collectWorkloads',
  'src/attack/state/passed-on-log.ts byPath',
  'src/attack/state/passed-on-log.ts piecesByPath',
  'src/attack/state/refusals.ts all',
  'src/attack/state/decisions.ts all',
  'src/attack/state/knowledge-log.ts all',
])

export const noScans: Rule = {
  name: 'no event goes over a table',
  reason: 'A run of 100,000 hosts would take 100,000 times as long for it as a run of one.',
  mend: 'Link the rows by their owner (src/engine/linked-rows.ts), number them (numbered-rows.ts), or say in test/tidy/scans.ts why there are few.',
  appliesTo: (path) =>
    isBelowReport(path) && !/^src\/simulation\/.+\/collect-[\w-]+\.ts$/.test(path) && path !== 'src/engine/table.ts',
  find: (source) =>
    eachNode((node) => {
      if (!ts.isCallExpression(node) || memberName(node.expression) !== 'everyRow') return null
      const method = methodOf(node)
      return MAY_SCAN.has(`${source.path} ${method}`) ? null : `${method} goes over all rows of a table`
    })(source),
}

function methodOf(node: ts.Node): string {
  for (let at = node.parent; at !== undefined; at = at.parent)
    if ((ts.isMethodDeclaration(at) || ts.isFunctionDeclaration(at)) && at.name !== undefined) return at.name.getText()
  return 'the file'
}
