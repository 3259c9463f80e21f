"""The phone engine adapter for Asterisk, through its REST interface (ARI); ARI words never leave this folder."""
