export const HTTP_PORT = 8080
export const TLS_PORT = 8443
export const MTLS_PORT = 8444
