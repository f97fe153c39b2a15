export { parseRegistrationAnswers } from './answers.ts';
export { createRegistration } from './registration.ts';
export { registrationPages } from './pages.ts';
export { contactRoutes } from './contact-routes.ts';
export { registrationRoutes } from './routes.ts';
export { createTerms } from './terms.ts';
export { newTermsPage, termsRoutes } from './terms-routes.ts';
