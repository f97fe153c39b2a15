// The two services of the bench, the same for Civic ID and for the bare engine.
export const api = 'https://api.bench.example.org';

export const service = {
  client_id: 'bench-service',
  client_secret: 'secret-of-the-bench-service-0123456789abcdef',
  redirect_uris: ['https://service.bench.example.org/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
};
export const machine = {
  client_id: 'bench-machine',
  client_secret: 'secret-of-the-bench-machine-0123456789abcdef',
  redirect_uris: [],
  response_types: [],
  grant_types: ['client_credentials'],
};

/** What Civic ID wants to know beyond the standard. */
export const ownMetadata = {
  service: { client_name: 'Bench', first_party: true },
  machine: { client_name: 'Bench', resources: [{ indicator: api, scopes: ['read'], access_token_format: 'jwt' }] },
};
