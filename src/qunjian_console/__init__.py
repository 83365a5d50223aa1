"""The console of Qunjian: people, permissions, decisions, pages and jobs, as a Django project over the engine."""
