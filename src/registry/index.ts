export {
  createRegistry,
  type Person,
  type Registry,
  type RegistryAnswer,
  type RegistryConnection,
} from './registry.ts';
