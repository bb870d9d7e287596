/** Returns why Go's url.Parse refuses a URI; null if it parses it. */
export function uriError(uri: string): string | null {
  if (Array.from(uri).some(isControl)) return 'net/url: invalid control character in URL'
  const [whole] = uri.split('#')
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(whole)
  if (scheme === null && whole.startsWith(':')) return 'missing protocol scheme'
  const rest = (scheme === null ? whole : whole.slice(scheme[0].length)).split('?')[0]
  if (!rest.startsWith('/')) {
    if (scheme !== null) return null
    return rest.split('/')[0].includes(':') ? 'first path segment in URL cannot contain colon' : escapeError(rest)
  }
  if (!rest.startsWith('//')) return escapeError(rest)
  const [authority] = rest.slice(2).split('/')
  return authorityError(authority) ?? escapeError(rest.slice(2 + authority.length))
}

function authorityError(authority: string): string | null {
  const user = authority.lastIndexOf('@')
  if (user >= 0 && !/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(authority.slice(0, user)))
    return 'net/url: invalid userinfo'
  const host = authority.slice(user + 1)
  if (host.startsWith('[')) {
    const end = host.lastIndexOf(']')
    if (end < 0) return "missing ']' in host"
    return portError(host.slice(end + 1))
  }
  const colon = host.indexOf(':')
  const port = colon < 0 ? null : portError(host.slice(host.lastIndexOf(':')))
  if (port !== null) return port
  const bad = /[^A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"%\u0080-\uffff]/.exec(host)
  return bad === null ? escapeError(host) : `invalid character ${JSON.stringify(bad[0])} in host name`
}

function portError(port: string): string | null {
  return port === '' || /^:\d*$/.test(port) ? null : `invalid port ${JSON.stringify(port)} after host`
}

function escapeError(text: string): string | null {
  const bad = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(text)
  return bad === null ? null : `invalid URL escape ${JSON.stringify(bad[0])}`
}

function isControl(character: string): boolean {
  return character < ' ' || character === '\u007f'
}
