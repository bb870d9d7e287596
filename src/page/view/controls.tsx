import { rateText, shortNumber, spanText } from '../../report/view/texts.ts'
import { edit } from '../actions.ts'
import type { ControlsView, Edit, LinkControl } from '../protocol.ts'
import { controls, loaded, place } from '../state.ts'

/** The sliders and switches that a scenario offers. They write into its text. */
export function Controls() {
  const { value } = controls
  if (value === null) return null
  const { links, flags } = value
  return (
    <section class="controls" aria-label="Links and flags">
      <details open>
        <summary>Links</summary>
        <LinkSliders links={links} />
      </details>
      {flags.length > 0 && (
        <details open>
          <summary>Flags</summary>
          <Flags flags={flags} />
        </details>
      )}
    </section>
  )
}

/** The most links with sliders; of more, the selected one. */
const MOST_LINKS = 8

function LinkSliders({ links }: { readonly links: readonly LinkControl[] }) {
  const chosen = place.value
  const shown = links.filter(({ name }) => name === chosen?.name)
  const all = shown.length > 0 ? shown : links.slice(0, MOST_LINKS)
  return (
    <div class="sliders">
      <div class="row heads" aria-hidden="true">
        <span>link</span>
        <span>delay</span>
        <span>loss</span>
        <span>rate</span>
      </div>
      {all.map((link) => (
        <LinkRow key={`${link.section} ${link.name}`} link={link} />
      ))}
      {links.length > all.length && (
        <p class="note">{`${links.length - all.length} more: select one in the picture.`}</p>
      )}
    </div>
  )
}

/** A scale of a slider: equal steps multiply the value. */
interface Scale {
  readonly key: 'delay' | 'loss' | 'rate'
  readonly least: number
  readonly most: number
  readonly hasZero: boolean
}

const DELAY: Scale = { key: 'delay', least: 1e3, most: 1e9, hasZero: false }
const LOSS: Scale = { key: 'loss', least: 1e-4, most: 0.5, hasZero: true }
const RATE: Scale = { key: 'rate', least: 1e5, most: 1e11, hasZero: false }

const STEPS = 120

function stepOf({ least, most, hasZero }: Scale, value: number): number {
  if (value <= 0) return 0
  const share = Math.log(value / least) / Math.log(most / least)
  return Math.max(hasZero ? 1 : 0, Math.min(STEPS, Math.round(share * STEPS)))
}

function valueAt({ least, most, hasZero }: Scale, step: number): number {
  return hasZero && step === 0 ? 0 : Number((least * (most / least) ** (step / STEPS)).toPrecision(2))
}

function LinkRow({ link }: { readonly link: LinkControl }) {
  const { section, name, delayNs, lossRatio, rateBps } = link
  const set = (key: string, value: string) => edit([{ kind: 'set', path: [section, name, key], value }])
  return (
    <div class="row">
      <span class="name">{name}</span>
      <Slider
        scale={DELAY}
        value={delayNs}
        name={name}
        text={spanText(delayNs)}
        take={(ns) => set('delay', delayText(ns))}
      />
      <Slider
        scale={LOSS}
        value={lossRatio}
        name={name}
        text={`${shortNumber(lossRatio * 100)} %`}
        take={(ratio) => set('loss', `${plain(ratio * 100)}%`)}
      />
      {rateBps === null ? (
        <span class="note">no limit</span>
      ) : (
        <Slider
          scale={RATE}
          value={rateBps}
          name={name}
          text={rateText(rateBps)}
          take={(bps) => set('rate', rateIn(bps))}
        />
      )}
    </div>
  )
}

function plain(value: number): string {
  return String(Number(value.toPrecision(2)))
}

function delayText(ns: number): string {
  if (ns < 1e3) return `${plain(ns)}ns`
  return ns < 1e6 ? `${plain(ns / 1e3)}us` : `${plain(ns / 1e6)}ms`
}

function rateIn(bps: number): string {
  return bps >= 1e9 ? `${plain(bps / 1e9)}Gbps` : bps >= 1e6 ? `${plain(bps / 1e6)}Mbps` : `${plain(bps / 1e3)}kbps`
}

interface SliderProps {
  readonly scale: Scale
  readonly value: number
  readonly name: string
  readonly text: string
  readonly take: (value: number) => void
}

function Slider({ scale, value, name, text, take }: SliderProps) {
  return (
    <label class="dial">
      <input
        type="range"
        min={0}
        max={STEPS}
        value={stepOf(scale, value)}
        aria-label={`${scale.key} of ${name}`}
        aria-valuetext={text}
        onInput={({ currentTarget }) => take(valueAt(scale, Number(currentTarget.value)))}
      />
      <span class="figure">{text}</span>
    </label>
  )
}

function Flags({ flags }: { readonly flags: ControlsView['flags'] }) {
  return (
    <ul class="flags">
      {flags.map(({ label, program, isOn, edits }) => (
        <li key={`${program} ${label}`}>
          <label>
            <input type="checkbox" checked={isOn} onChange={() => edit(edits)} />
            <span class="note">{program}</span> <code>{label}</code>
          </label>
        </li>
      ))}
    </ul>
  )
}

/** The controls of the whole scenario: release, tunnel and seed. */
export function Settings() {
  const { value } = controls
  if (value === null) return null
  const { version, tunnel } = value
  return (
    <>
      {version !== null && (
        <label>
          <span class="key">Kubernetes</span>
          <select value={version.minor} onChange={({ currentTarget }) => edit([setVersion(currentTarget.value)])}>
            {Array.from({ length: version.newest - version.oldest + 1 }, (_, i) => version.newest - i).map((minor) => (
              <option key={minor} value={minor}>{`1.${minor}`}</option>
            ))}
          </select>
        </label>
      )}
      {tunnel !== null && (
        <label>
          <span class="key">Tunnel</span>
          <select value={tunnel} onChange={({ currentTarget }) => edit(tunnelEdits(tunnel, currentTarget.value))}>
            <option value="none">direct</option>
            <option value="ssh">SSH (until 1.21)</option>
            <option value="konnectivity">Konnectivity</option>
          </select>
        </label>
      )}
      <label>
        <span class="key">Seed</span>
        <input
          class="seed"
          type="number"
          min={0}
          value={loaded.value?.seed ?? 1}
          onChange={({ currentTarget }) => {
            const seed = Number(currentTarget.value)
            if (Number.isSafeInteger(seed)) edit([{ kind: 'set', path: ['seed'], value: seed }])
          }}
        />
      </label>
    </>
  )
}

function setVersion(minor: string): Edit {
  return { kind: 'set', path: ['kubernetes'], value: `1.${minor}` }
}

const FLAGS = ['cluster', 'apiserver', 'flags']

/** The tunnel is what the flags of the apiserver say. */
function tunnelEdits(before: string, tunnel: string): readonly Edit[] {
  const ssh = [...FLAGS, 'ssh-user']
  const konnectivity = [...FLAGS, 'egress-selector-config-file']
  return [
    ...(before === 'ssh' ? [setTo(ssh, '')] : []),
    ...(before === 'konnectivity' ? [setTo(konnectivity, 'none')] : []),
    ...(tunnel === 'ssh' ? [setTo(ssh, 'core')] : []),
    ...(tunnel === 'konnectivity' ? [setTo(konnectivity, 'konnectivity')] : []),
  ]
}

function setTo(path: readonly string[], value: string): Edit {
  return { kind: 'set', path, value }
}
