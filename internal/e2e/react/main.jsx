// The least application that shows what the React client's useSession gives. The test acts through
// window.authClient, so whatever changes on the page came by the hook alone.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createAuthClient } from "better-auth/react";
import {
  lastLoginMethodClient,
  multiSessionClient,
  oauthPopupClient,
  oneTapClient,
  usernameClient,
} from "better-auth/client/plugins";

const authClient = createAuthClient({
  plugins: [
    usernameClient(),
    multiSessionClient(),
    lastLoginMethodClient(),
    oauthPopupClient(),
    oneTapClient({ clientId: "google-client" }),
  ],
});

function Session() {
  const { data, error, isPending, refetch } = authClient.useSession();
  return (
    <main>
      <p data-testid="state">{isPending ? "pending" : error ? `error ${error.status}` : data ? "signed in" : "signed out"}</p>
      <p data-testid="name">{data?.user.name}</p>
      <p data-testid="username">{data?.user.username}</p>
      <p data-testid="email">{data?.user.email}</p>
      <p data-testid="theme">{data?.session.theme}</p>
      <p data-testid="dates">{String(data?.session.expiresAt instanceof Date && data.user.createdAt instanceof Date)}</p>
      <button data-testid="refetch" onClick={() => refetch()}>
        Ask again
      </button>
    </main>
  );
}

window.authClient = authClient;
createRoot(document.getElementById("root")).render(
  <StrictMode>
    <Session />
  </StrictMode>,
);
