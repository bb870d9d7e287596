import { checkCluster, fixCluster, save, select, stopAudit, tick } from '../actions.ts'
import type { ClusterCheckView, ClusterView, FixStepView, FixView, GainView } from '../protocol.ts'
import { checked, cluster, fix, fixPart, openGains, place, ticked } from '../state.ts'

/** A real cluster: what attackers gain in it, with files and lines, and the changes that close it. */
export function Cluster() {
  const { value } = cluster
  if (value === null) return null
  return (
    <>
      <Imported cluster={value} />
      <Check />
    </>
  )
}

function Imported({ cluster: { name, files, notes } }: { readonly cluster: ClusterView }) {
  return (
    <details>
      <summary>{`${name}: ${files} ${files === 1 ? 'file' : 'files'}`}</summary>
      <ul>
        {notes.map(({ kind, text }) => (
          <li key={`${kind} ${text}`}>
            <span class="note">{kind}</span> {text}
          </li>
        ))}
      </ul>
    </details>
  )
}

function Check() {
  const { value } = checked
  switch (value.kind) {
    case 'idle':
      return (
        <p>
          <button type="button" onClick={checkCluster}>
            Try every attack
          </button>
        </p>
      )
    case 'looking':
      return <Progress what="Every attack is tried" ended={value.ended} of={value.of} />
    case 'failed':
      return <p>{value.message}</p>
    case 'found':
      return (
        <div class="cluster">
          <Gains check={value.value} />
          <Fix />
        </div>
      )
  }
}

interface ProgressProps {
  readonly what: string
  readonly ended: number
  readonly of: number
}

function Progress({ what, ended, of }: ProgressProps) {
  return (
    <p role="status">
      {`${what}: ${ended} of ${of} simulations. `}
      <button type="button" onClick={stopAudit}>
        Stop
      </button>
    </p>
  )
}

function Gains({ check }: { readonly check: ClusterCheckView }) {
  const open = openGains.value
  const chosen = place.value
  const isHere = ({ places }: GainView) =>
    chosen === null || places.some(({ kind, name }) => kind === chosen.kind && name === chosen.name)
  const closed = check.gains.filter((gain) => !open.includes(gain))
  const shown = open.filter(isHere)
  return (
    <section aria-label="Findings">
      <h2>{`${open.length} things that attackers gain`}</h2>
      <p class="note">
        {`${check.verdicts} verdicts of ${check.simulations} simulations; policy: ${check.policy.join('; ')}.`}
      </p>
      {chosen !== null && (
        <p class="note">
          {`${shown.length} of them at ${chosen.name}. `}
          <button type="button" onClick={() => select(null)}>
            Show all
          </button>
        </p>
      )}
      <ol class="gains">
        {shown.map((gain) => (
          <li key={gain.sentence} class={gain.outcomes[0]?.level ?? ''}>
            <Gain gain={gain} />
          </li>
        ))}
        {closed.map(({ sentence }) => (
          <li key={sentence} class="closed">
            {`✓ Closed: ${sentence}`}
          </li>
        ))}
      </ol>
      {check.gaps.length > 0 && (
        <details>
          <summary>Not checked</summary>
          <List items={check.gaps} />
        </details>
      )}
    </section>
  )
}

function Gain({ gain }: { readonly gain: GainView }) {
  const { sentence, causes, outcomes, evidence, places, assumption, reproduce } = gain
  return (
    <>
      <p>{sentence}</p>
      {causes.length > 0 && <p class="cause">{`Because ${causes.join('; ')}`}</p>}
      <details>
        <summary>{outcomes.map(({ outcome }) => outcome).join(', ')}</summary>
        <List items={evidence} />
        {assumption !== null && <p>Assumed, and no reason to fail: {assumption}.</p>}
        <p>
          <code>{reproduce}</code>
        </p>
        {places.map((one) => (
          <button key={`${one.kind} ${one.name}`} type="button" onClick={() => select(one)}>
            {`Select ${one.kind} ${one.name}`}
          </button>
        ))}
      </details>
    </>
  )
}

function List({ items }: { readonly items: readonly string[] }) {
  return (
    <ul>
      {items.map((item) => (
        <li key={item}>{item}</li>
      ))}
    </ul>
  )
}

function Fix() {
  const { value } = fix
  return (
    <section aria-label="Fix">
      <h2>What closes it</h2>
      {value.kind === 'idle' && (
        <p>
          <button type="button" class="primary" onClick={fixCluster}>
            Find the fewest changes
          </button>
        </p>
      )}
      {value.kind === 'looking' && <Progress what="Sets of changes are tried" ended={value.ended} of={value.of} />}
      {value.kind === 'failed' && <p>{value.message}</p>}
      {value.kind === 'found' && <Changes found={value.value} />}
    </section>
  )
}

function Changes({ found }: { readonly found: FixView }) {
  const { findings, closed, steps, wrongOrders, byHand, open, patch } = found
  return (
    <>
      <p>
        {steps.length === 0
          ? `No change of flags closes any of ${findings} findings.`
          : `${steps.length} ${steps.length === 1 ? 'change closes' : 'changes, in this order, close'} ${closed} of ${findings} findings. Tick one to make it.`}
      </p>
      <ol class="steps">
        {steps.map((step, i) => (
          <li key={step.change}>
            <Step step={step} index={i} />
          </li>
        ))}
      </ol>
      <Broken />
      {wrongOrders.length > 0 && (
        <details>
          <summary>In another order</summary>
          <List items={wrongOrders} />
        </details>
      )}
      {byHand.length > 0 && (
        <details>
          <summary>By hand</summary>
          <List items={byHand} />
        </details>
      )}
      {open.length > 0 && (
        <details>
          <summary>Stays open</summary>
          <List items={open} />
        </details>
      )}
      {patch !== '' && (
        <details class="patch">
          <summary>The patch of all changes</summary>
          <button type="button" onClick={() => save('onpath.patch', new Blob([patch]))}>
            Download the patch
          </button>
          <pre class="scroll" tabIndex={0} role="region" aria-label="The patch">
            {patch}
          </pre>
        </details>
      )}
    </>
  )
}

function Step({ step, index }: { readonly step: FixStepView; readonly index: number }) {
  const { change, places, without, costs, breaks } = step
  return (
    <>
      <label>
        <input
          type="checkbox"
          checked={ticked.value.includes(index)}
          onChange={({ currentTarget }) => tick(index, currentTarget.checked)}
        />{' '}
        {change}
      </label>
      <List items={places} />
      <p class="note">{`Without it: ${without}. Costs: ${costs}.`}</p>
      {breaks !== null && <p class="note">{`Breaks, beyond this model: ${breaks}.`}</p>}
    </>
  )
}

/** The workloads that fail with the steps that are ticked, since others should come first. */
function Broken() {
  const { value } = fixPart
  if (value === null || (value.broken.length === 0 && !value.isRefused)) return null
  return (
    <div role="alert">
      <p class="broken">
        {value.isRefused ? 'With these changes the programs refuse to start.' : 'With these changes alone, this fails:'}
      </p>
      <List items={value.broken} />
    </div>
  )
}

/** The verdict on a real cluster in which nobody has been put yet: the worst that somebody would gain. */
export function ClusterVerdict() {
  const gains = openGains.value
  const [worst] = gains
  if (worst === undefined)
    return (
      <section class="verdict good" aria-label="Verdict">
        <p class="word">Nothing is open</p>
        <h1>No attacker gets what the policy forbids.</h1>
      </section>
    )
  const isBroken = fixPart.value !== null && fixPart.value.broken.length > 0
  return (
    <section class={`verdict long ${isBroken ? 'harmed' : 'bad'}`} aria-label="Verdict">
      <p class="word">{isBroken ? 'Something fails' : `1 of ${gains.length} findings`}</p>
      <h1>{isBroken ? fixPart.value?.broken[0] : worst.sentence}</h1>
      {!isBroken && worst.causes.length > 0 && <p class="cause">{`Because ${worst.causes.join('; ')}.`}</p>}
    </section>
  )
}
